import { configFilePath } from "@loong/config";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printLine, printNote } from "../output/output.ts";
import { pathsOf } from "../state.ts";

export async function file(cli: Cli, options: GlobalOptions): Promise<ExitCode> {
  const { path, exists } = await configFilePath(pathsOf(cli, options));
  printLine(cli.output, path);
  if (!exists) printNote(cli.output, "It is not there yet; `loong config set` makes it.");
  return exitCodes.ok;
}
