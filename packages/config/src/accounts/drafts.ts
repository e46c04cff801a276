import type { ChannelManifest, JsonSchema } from "@loong/sdk";
import type { ConfigTree } from "../normalise.ts";
import { accountSchema, type FileSchema } from "../schema/file-schema.ts";
import { envNames, isReferable, isSecret, ownEntry, propertiesOf, requiredOf, twinKey } from "../schema/walk.ts";
import { isPlainObject, type PlainObject } from "../source/document.ts";
import type { Env, KeyPath } from "../types.ts";

/** One account before it is judged: the channel's block with `accounts.<id>` laid over it. */
export interface AccountDraft {
  readonly manifest: ChannelManifest;
  readonly schema: JsonSchema;
  readonly id: string;
  readonly named: boolean;
  readonly values: PlainObject;
  /** Canonical path of the table a key was taken from, or would be written to. */
  origin(key: string): KeyPath;
}

const BASE_ONLY = new Set(["accounts", "defaultAccount"]);

/** Every account of one channel; none when the channel is not configured, in the file or in the environment. */
export function accountDrafts(manifest: ChannelManifest, tree: ConfigTree, env: Env): readonly AccountDraft[] {
  const schema = accountSchema(manifest);
  const block = channelBlock(tree, manifest.id);
  if (block === undefined) return comesFromEnv(schema, env) ? [baseDraft(manifest, schema, {})] : [];
  const base = Object.fromEntries(Object.entries(block).filter(([key]) => !BASE_ONLY.has(key)));
  const named = Object.entries(isPlainObject(block["accounts"]) ? block["accounts"] : {});
  const drafts = named.map(([id, own]) => namedDraft(manifest, schema, id, base, isPlainObject(own) ? own : {}));
  const baseIsAccount = named.length === 0 || (hasCredentials(base, schema) && !named.some(([id]) => id === "default"));
  return baseIsAccount ? [baseDraft(manifest, schema, base), ...drafts] : drafts;
}

export function channelBlock(tree: ConfigTree, channel: string): PlainObject | undefined {
  const channels = tree.value["channels"];
  const block = isPlainObject(channels) ? ownEntry(channels, channel) : undefined;
  return isPlainObject(block) ? block : undefined;
}

/** Is there a value for `key`, whether inline, by reference or in a file? */
export function isProvided(key: string, values: PlainObject, schema: JsonSchema): boolean {
  const twin = twinKey(key, schema);
  return ownEntry(values, key) !== undefined || (twin !== undefined && ownEntry(values, twin) !== undefined);
}

export function firstEnv(schema: JsonSchema | undefined, env: Env): string | undefined {
  return envNames(schema ?? {}).find((name) => (env[name] ?? "").trim() !== "");
}

export function channelsInOrder(tree: ConfigTree, schema: FileSchema): readonly ChannelManifest[] {
  const written = Object.keys(isPlainObject(tree.value["channels"]) ? tree.value["channels"] : {});
  const known = [...schema.channels.values()];
  return [
    ...written.map((id) => schema.channels.get(id)).filter((manifest) => manifest !== undefined),
    ...known.filter((manifest) => !written.includes(manifest.id)),
  ];
}

function baseDraft(manifest: ChannelManifest, schema: JsonSchema, values: PlainObject): AccountDraft {
  return { manifest, schema, id: "default", named: false, values, origin: () => ["channels", manifest.id] };
}

function namedDraft(
  manifest: ChannelManifest,
  schema: JsonSchema,
  id: string,
  base: PlainObject,
  own: PlainObject,
): AccountDraft {
  const inherited = Object.entries(base).filter(([key]) => !isProvided(key, own, schema));
  const inheritedKeys = new Set(inherited.map(([key]) => key));
  const enabled = base["enabled"] === undefined || base["enabled"] === true ? own["enabled"] : base["enabled"];
  return {
    manifest,
    schema,
    id,
    named: true,
    values: { ...Object.fromEntries(inherited), ...own, ...(enabled === undefined ? {} : { enabled }) },
    origin: (key) => (inheritedKeys.has(key) ? ["channels", manifest.id] : ["channels", manifest.id, "accounts", id]),
  };
}

/** A block that has accounts is an account itself when it says who it is; a secret alone may be there to be shared. */
function hasCredentials(base: PlainObject, schema: JsonSchema): boolean {
  const [identity] = essentialKeys(schema);
  return identity !== undefined && isProvided(identity, base, schema);
}

/** No block, but the environment has all that makes an account. */
function comesFromEnv(schema: JsonSchema, env: Env): boolean {
  const properties = propertiesOf(schema);
  const essential = essentialKeys(schema);
  return essential.length > 0 && essential.every((key) => firstEnv(ownEntry(properties, key), env) !== undefined);
}

/**
 * The keys that say which account it is: those the schema requires, or, when it requires none, its credentials down to the
 * first secret (an app's id and its secret, not the keys of a webhook that several accounts may share).
 */
function essentialKeys(schema: JsonSchema): readonly string[] {
  const properties = propertiesOf(schema);
  const required = requiredOf(schema).filter((key) => ownEntry(properties, key)?.["default"] === undefined);
  if (required.length > 0) return required;
  const credentials = Object.entries(properties).filter(([, property]) => isReferable(property));
  const firstSecret = credentials.findIndex(([, property]) => isSecret(property));
  return credentials.slice(0, firstSecret + 1).map(([key]) => key);
}
