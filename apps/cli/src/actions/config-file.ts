import { configFilePath } from "@loong/config";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printJson, printLine, printNote } from "../output/output.ts";
import { pathsOf } from "../state.ts";

export async function file(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const found = await configFilePath(pathsOf(cli, options));
  if (options.json === true) {
    printJson(cli.output, found);
    return exitCodes.ok;
  }
  printLine(cli.output, found.path);
  if (!found.exists) printNote(cli.output, "It is not there yet; `loong config set` makes it.");
  return exitCodes.ok;
}
