import { configSchema } from "@loong/config";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printJson } from "../output/output.ts";
import { readPlugins } from "../state.ts";

export async function schema(cli: Cli, options: GlobalOptions): Promise<ExitCode> {
  printJson(cli.output, configSchema((await readPlugins(cli, options)).manifests()));
  return exitCodes.ok;
}
