import { setValue } from "@loong/config";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printJson, printLine, printNote } from "../output/output.ts";
import { pickUpLines, tellGateway } from "../plugins/pick-up.ts";
import { readState, type State } from "../state.ts";

type SwitchOptions = GlobalOptions & JsonOption;

export function enablePlugin(cli: Cli, options: SwitchOptions, name: string): Promise<ExitCode> {
  return turn(cli, options, name, true);
}

export function disablePlugin(cli: Cli, options: SwitchOptions, name: string): Promise<ExitCode> {
  return turn(cli, options, name, false);
}

/** A running gateway opens or closes the accounts of this plugin and no others. */
async function turn(cli: Cli, options: SwitchOptions, name: string, enabled: boolean): Promise<ExitCode> {
  const state = await readState(cli, options, { validate: false });
  const { config, paths, plugins } = state;
  const { id } = plugins.plugin(name).manifest;
  const changed = (config.plugins.entries[id]?.enabled ?? true) !== enabled;
  if (changed) {
    const edit = { paths, env: cli.env, manifests: plugins.manifests() };
    await setValue(edit, ["plugins", "entries", id, "enabled"], { json: enabled });
  }
  // Switching on what is on lets a plugin run again that died too often.
  const gateway = changed || enabled ? await tellGateway(paths, enabled ? id : undefined) : null;
  if (options.json === true) {
    printJson(cli.output, { id, enabled, changed, gateway });
    return exitCodes.ok;
  }
  const word = enabled ? "on" : "off";
  printLine(cli.output, changed ? `${id} is ${word} now.` : `${id} is ${word} already.`);
  for (const line of pickUpLines(gateway)) printLine(cli.output, line);
  if (!enabled) noteInUse(cli, state, id);
  return exitCodes.ok;
}

function noteInUse({ output }: Cli, { config }: State, id: string): void {
  if (config.agent.use === id)
    printNote(output, `${id} is the agent in use: choose another with \`loong config set agent.use ID\`.`);
}
