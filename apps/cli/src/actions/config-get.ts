import { getValue } from "@loong/config";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printLine, printNote } from "../output/output.ts";
import { readUsableState } from "../state.ts";

/** Exits 1 when the key is known and has no value. */
export async function get(cli: Cli, options: GlobalOptions & JsonOption, key: string | undefined): Promise<ExitCode> {
  const { config } = await readUsableState(cli, options, { validate: false });
  const { path, value, from } = getValue(config, key);
  if (options.json === true) printLine(cli.output, JSON.stringify(value ?? null, null, 2));
  else if (from === "absent") printNote(cli.output, `${path} is not set.`);
  else printLine(cli.output, typeof value === "string" ? value : JSON.stringify(value, null, 2));
  return from === "absent" ? exitCodes.notHealthy : exitCodes.ok;
}
