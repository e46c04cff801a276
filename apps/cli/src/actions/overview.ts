import type { Cli, GlobalOptions } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { painter, printLine } from "../output/output.ts";
import { readOverview } from "../overview.ts";
import { readState } from "../state.ts";
import { configNote } from "./status.ts";

/** `loong` alone: where things stand in three lines, and the next step. */
export async function overview(cli: Cli, options: GlobalOptions): Promise<ExitCode> {
  const { version } = cli.installation();
  const { channels, config, gateway, nextActions } = await readOverview(await readState(cli, options), version);
  const paint = painter(cli.output.stdout);
  const enabled = channels.filter((account) => account.enabled);
  printLine(cli.output, `${paint("strong", `loong ${version}`)}  ${config.path}${configNote(config)}`);
  printLine(
    cli.output,
    `Gateway ${gateway.phase}${gateway.pid === null ? "" : ` (process ${gateway.pid})`}, accounts switched on: ${enabled.length}`,
  );
  const [next] = nextActions;
  if (next !== undefined) printLine(cli.output, `${next.label}: ${paint("strong", next.command)}`);
  printLine(cli.output, "All commands: loong --help");
  return exitCodes.ok;
}
