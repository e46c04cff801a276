import type { AgentPlugin } from "./agent.ts";
import type { ChannelPlugin, TextLimits } from "./channel.ts";
import type { JsonValue } from "./messages.ts";
import type { DmPolicy, GroupPolicy, PolicySupport } from "./policy.ts";

/** The version of the contract this package describes. Plugins name the range they were written for. */
export const CONTRACT_VERSION = "1.0.0";

/** The range written into a plugin's manifest when it is built with this package. */
export const CONTRACT_RANGE = "^1.0.0";

/** The `loong` block of a plugin's `package.json`: generated from its code, read by hosts without loading code. */
export type Manifest = ChannelManifest | AgentManifest;

/** What hosts know of a channel before they run its code; keys as in `ChannelPlugin`. */
export interface ChannelManifest {
  readonly kind: "channel";
  readonly id: string;
  readonly aliases: readonly string[];
  readonly label: string;
  /** The contract it was built with, as a range: `"^1.0.0"`. Looked at before anything else. */
  readonly contract: string;
  readonly serves: boolean;
  readonly dmPolicy: PolicySupport<DmPolicy>;
  readonly groupPolicy: PolicySupport<GroupPolicy>;
  readonly text: TextLimits;
  readonly idempotencyWindowMs?: number;
  readonly redelivers?: false;
  /** `AccountContract.target`. */
  readonly target: { readonly form: string; readonly required: boolean; readonly examples: readonly string[] };
  /** JSON Schema of one account, without the keys every channel has. */
  readonly account: JsonSchema;
}

/** What hosts know of an agent before they run its code. */
export interface AgentManifest {
  readonly kind: "agent";
  readonly id: string;
  readonly label: string;
  /** As in `ChannelManifest`. */
  readonly contract: string;
  /** Top-level config keys the agent owns. */
  readonly keys: readonly string[];
  /** JSON Schema of an object of those keys. */
  readonly settings: JsonSchema;
}

/** A JSON Schema as plain data; the keywords are those of `ConfigSchema`. */
export type JsonSchema = { readonly [keyword: string]: JsonValue };

/** The manifest that belongs in the package.json of this plugin: plain data, equal after a way through JSON. */
export function manifestOf(plugin: ChannelPlugin | AgentPlugin): Manifest {
  return isChannelPlugin(plugin) ? channelManifest(plugin) : agentManifest(plugin);
}

/** Whether a default export is a channel; otherwise it is an agent. */
export function isChannelPlugin(plugin: ChannelPlugin | AgentPlugin): plugin is ChannelPlugin {
  return "accounts" in plugin;
}

function channelManifest(plugin: ChannelPlugin): ChannelManifest {
  return {
    kind: "channel",
    id: plugin.id,
    aliases: [...(plugin.aliases ?? [])],
    label: plugin.label,
    contract: CONTRACT_RANGE,
    serves: plugin.serves,
    dmPolicy: plainCopy(plugin.dmPolicy),
    groupPolicy: plainCopy(plugin.groupPolicy),
    text: plainCopy(plugin.text),
    ...(plugin.idempotencyWindowMs === undefined ? {} : { idempotencyWindowMs: plugin.idempotencyWindowMs }),
    ...(plugin.redelivers === undefined ? {} : { redelivers: plugin.redelivers }),
    target: plainCopy(plugin.accounts.target),
    account: plainCopy(plugin.accounts.schema) as JsonSchema,
  };
}

function agentManifest(plugin: AgentPlugin): AgentManifest {
  return {
    kind: "agent",
    id: plugin.id,
    label: plugin.label,
    contract: CONTRACT_RANGE,
    keys: [...plugin.settings.keys],
    settings: plainCopy(plugin.settings.schema) as JsonSchema,
  };
}

/** What JSON keeps of it: a schema library's hidden marks do not belong in a package.json. */
function plainCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
