import { type Check, examinePlugins } from "@loong/host/doctor";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";
import { painter, printJson, printLine } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";
import { checkLines } from "./doctor.ts";

/** Exits 1 when a check fails, with `--json` too. */
export async function examine(
  cli: Cli,
  options: GlobalOptions & JsonOption,
  only: string | undefined,
): Promise<ExitCode> {
  const examination = examinePlugins({ ...hostOptions(cli, options), ...(only === undefined ? {} : { only }) });
  const checks = await withProgress(cli.output, "Loading each plugin in a process of its own…", examination);
  const isWell = checks.every(({ level }) => level !== "fail");
  if (options.json === true) printJson(cli.output, { ok: isWell, checks });
  else print(cli, checks);
  return isWell ? exitCodes.ok : exitCodes.notHealthy;
}

function print({ output }: Cli, checks: readonly Check[]): void {
  const paint = painter(output.stdout);
  for (const check of checks) for (const line of checkLines(check, paint)) printLine(output, line);
}
