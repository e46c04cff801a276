import type { Cli } from "../cli-context.ts";
import type { ChannelName } from "../commands/channel-verbs.ts";
import { readPlugins } from "../state.ts";
import { configPathOf } from "./words.ts";

/** Every name of every installed channel. */
export async function readChannelNames(cli: Cli, argv: readonly string[]): Promise<readonly ChannelName[]> {
  const config = configPathOf(argv);
  const plugins = await readPlugins(cli, config === undefined ? {} : { config });
  return plugins
    .channels()
    .flatMap(({ manifest: { id, aliases, label, serves } }) =>
      [id, ...aliases].map((name) => ({ name, label, serves })),
    );
}
