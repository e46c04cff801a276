import type { AuditReport, Finding, Severity } from "@loong/api";
import { audit } from "@loong/host/security";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";
import { type Output, type Paint, painter, printJson, printLine, type Tone } from "../output/output.ts";
import { plainMessage } from "../output/plain-text.ts";
import { withProgress } from "../output/progress.ts";

interface AuditOptions extends GlobalOptions, JsonOption {
  readonly severity: Severity;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
}

/** Exits 1 when something critical or a warning is left, with `--json` too. */
export async function auditSecurity(cli: Cli, options: AuditOptions): Promise<ExitCode> {
  const { fix = false, dryRun = false, severity } = options;
  if (dryRun && !fix) throw cliErrors.CLI_DRY_RUN_ALONE(["loong security audit"]);
  const work = audit({ ...hostOptions(cli, options), fix, dryRun, severity });
  const report = await withProgress(cli.output, "Auditing…", work);
  if (options.json === true) printJson(cli.output, report);
  else printReport(cli.output, report);
  return report.ok ? exitCodes.ok : exitCodes.notHealthy;
}

const TONES: Readonly<Record<Severity, Tone>> = { critical: "bad", warning: "warn", info: "quiet" };

function printReport(output: Output, { findings, fixed, wouldFix, summary, checks }: AuditReport): void {
  const paint = painter(output.stdout);
  const groups = Map.groupBy(findings, ({ id }) => id);
  for (const group of groups.values()) for (const line of groupLines(group, paint)) printLine(output, line);
  for (const change of fixed) printLine(output, `${paint("good", "mended")}  ${change}`);
  for (const change of wouldFix) printLine(output, `${paint("warn", "to do")}   ${change}`);
  if (fixed.length + wouldFix.length > 0) printLine(output);
  const { critical, warning, info } = summary;
  if (findings.length === 0) printLine(output, paint("good", `Nothing found by ${checks} checks.`));
  else printLine(output, `${critical} critical, ${warning} to look at, ${info} to know, by ${checks} checks`);
}

/** What was found under one id: the heading and the reason once, each place with what mends it there. */
function groupLines(group: readonly Finding[], paint: Paint): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { id, severity, title, why } = first;
  const places = group.flatMap(({ found, mend }) => [
    `  ${plainMessage(found)}`,
    `  ${paint("strong", "→")} ${plainMessage(mend)}`,
  ]);
  return [
    `${paint(TONES[severity], severity)}  ${paint("strong", id)}  ${title}`,
    ...places,
    `  ${paint("quiet", why)}`,
    "",
  ];
}
