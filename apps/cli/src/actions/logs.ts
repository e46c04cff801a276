import { tailLog } from "@loong/host/logs";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printLine, printNote } from "../output/output.ts";
import { pathsOf } from "../state.ts";

interface LogsOptions extends GlobalOptions, JsonOption {
  readonly follow?: boolean;
  readonly lines: number;
}

export async function showLogs(cli: Cli, options: LogsOptions): Promise<ExitCode> {
  const paths = pathsOf(cli, options);
  const { follow = false, json = false, lines } = options;
  if (cli.output.stderr.isTTY === true) printNote(cli.output, `Logs are in ${paths.logsDir}`);
  const signal = follow ? cli.interrupted() : undefined;
  let printed = 0;
  for await (const line of tailLog(paths, { follow, json, lines, ...(signal === undefined ? {} : { signal }) })) {
    printLine(cli.output, line);
    printed += 1;
  }
  if (printed === 0 && !follow)
    printNote(cli.output, `There is nothing in ${paths.logsDir} yet; \`loong gateway run\` writes there.`);
  return exitCodes.ok;
}
