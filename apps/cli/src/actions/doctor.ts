import { type Check, type CheckLevel, type DoctorReport, examine } from "@loong/host/doctor";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";
import { type Output, type Paint, painter, printJson, printLine, type Tone } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";

interface DoctorOptions extends GlobalOptions, JsonOption {
  readonly fix?: boolean;
  readonly offline?: boolean;
}

/** Exits 1 when a check fails, with `--json` too. */
export async function doctor(cli: Cli, options: DoctorOptions): Promise<ExitCode> {
  const { fix = false, offline = false } = options;
  const report = await withProgress(cli.output, "Examining…", examine({ ...hostOptions(cli, options), fix, offline }));
  if (options.json === true) printJson(cli.output, report);
  else printReport(cli.output, report);
  return report.ok ? exitCodes.ok : exitCodes.notHealthy;
}

const TONES: Readonly<Record<CheckLevel, Tone>> = { ok: "good", warn: "warn", fail: "bad" };

function printReport(output: Output, { checks, fixed, nextSteps, summary }: DoctorReport): void {
  const paint = painter(output.stdout);
  for (const check of checks) for (const line of checkLines(check, paint)) printLine(output, line);
  for (const change of fixed) printLine(output, `${paint("good", "mended")}  ${change}`);
  printLine(output, `\n${summary.ok} good, ${summary.warn} to look at, ${summary.fail} failed`);
  if (nextSteps.length > 0) printLine(output, "\nNext:");
  for (const step of nextSteps) printLine(output, `  ${step}`);
}

function checkLines({ id, level, detail, hint }: Check, paint: Paint): readonly string[] {
  const line = `${paint(TONES[level], level.padEnd(4))}  ${id}: ${detail}`;
  return hint === undefined ? [line] : [line, `      ${hint}`];
}
