import type { AgentPlugin } from "./agent.ts";
import type { ChannelPlugin } from "./channel.ts";
import { LoongError } from "./errors.ts";

const ID = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Checks the shape of a channel and types its account. The result, frozen, is the package's default export.
 *
 * @throws PLUGIN_DEFINITION when an id or alias is no name, or a policy's default is not among those it supports.
 */
export function defineChannel<Account>(plugin: ChannelPlugin<Account>): ChannelPlugin<Account> {
  for (const id of [plugin.id, ...(plugin.aliases ?? [])]) checkId(id, "channel");
  for (const policy of ["dmPolicy", "groupPolicy"] as const) {
    const { supported, default: fallback } = plugin[policy];
    if (!(supported as readonly string[]).includes(fallback)) {
      throw new LoongError(
        "PLUGIN_DEFINITION",
        `Channel "${plugin.id}" has the default ${policy} "${fallback}", which it does not support.`,
        {
          hint: `Add "${fallback}" to ${policy}.supported or choose another default.`,
        },
      );
    }
  }
  return Object.freeze(plugin);
}

/**
 * Checks the shape of an agent and types its settings. The result, frozen, is the package's default export.
 *
 * @throws PLUGIN_DEFINITION when its id is no name.
 */
export function defineAgent<Settings>(plugin: AgentPlugin<Settings>): AgentPlugin<Settings> {
  checkId(plugin.id, "agent");
  return Object.freeze(plugin);
}

function checkId(id: string, kind: string): void {
  if (ID.test(id)) return;
  throw new LoongError("PLUGIN_DEFINITION", `"${id}" cannot be the id of a ${kind}.`, {
    hint: "Use 1 to 32 characters: a lower-case letter, then lower-case letters, digits and hyphens.",
  });
}
