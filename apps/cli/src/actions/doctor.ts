import { type Check, type CheckLevel, type DoctorReport, examine } from "@loong/host/doctor";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";
import { type Output, type Paint, painter, printJson, printLine, type Tone } from "../output/output.ts";
import { plainMessage } from "../output/plain-text.ts";
import { withProgress } from "../output/progress.ts";

interface DoctorOptions extends GlobalOptions, JsonOption {
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly offline?: boolean;
}

/** Exits 1 when a check fails, with `--json` too. */
export async function doctor(cli: Cli, options: DoctorOptions): Promise<ExitCode> {
  const { fix = false, dryRun = false, offline = false } = options;
  if (dryRun && !fix) throw cliErrors.CLI_DRY_RUN_ALONE(["loong doctor"]);
  const examination = examine({ ...hostOptions(cli, options), fix, dryRun, offline });
  const report = await withProgress(cli.output, "Examining…", examination);
  if (options.json === true) printJson(cli.output, report);
  else printReport(cli.output, report);
  return report.ok ? exitCodes.ok : exitCodes.notHealthy;
}

const TONES: Readonly<Record<CheckLevel, Tone>> = { ok: "good", note: "quiet", warn: "warn", fail: "bad" };

function printReport(output: Output, { checks, fixed, wouldFix, nextSteps, summary }: DoctorReport): void {
  const paint = painter(output.stdout);
  for (const check of checks) for (const line of checkLines(check, paint)) printLine(output, line);
  for (const change of fixed) printLine(output, `${paint("good", "mended")}  ${change}`);
  for (const change of wouldFix) printLine(output, `${paint("warn", "to do")}   ${change}`);
  const notes = summary.note === 0 ? "" : `${summary.note} to know, `;
  printLine(output, `\n${summary.ok} good, ${notes}${summary.warn} to look at, ${summary.fail} failed`);
  if (nextSteps.length > 0) printLine(output, "\nNext:");
  for (const step of nextSteps) printLine(output, `  ${plainMessage(step)}`);
}

export function checkLines({ id, level, detail, hint }: Check, paint: Paint): readonly string[] {
  const line = `${paint(TONES[level], level.padEnd(4))}  ${id}: ${plainMessage(detail)}`;
  return hint === undefined ? [line] : [line, `      ${plainMessage(hint)}`];
}
