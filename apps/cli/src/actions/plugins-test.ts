import { isLoongError } from "@loong/sdk";
import { type ConformanceReport, conformanceReport } from "../author/conformance-report.ts";
import { readPackageFolder } from "../author/package-folder.ts";
import { runVitest } from "../author/run-vitest.ts";
import type { Cli, JsonOption } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { type Output, painter, printJson, printLine } from "../output/output.ts";
import { reportError } from "../output/report-error.ts";

/** Exits 1 when a test fails, and when no test looks at the duties of the plugin. */
export async function testPlugin(cli: Cli, { json = false }: JsonOption, directory = "."): Promise<ExitCode> {
  const folder = await readPackageFolder(directory);
  const { name } = folder.packageJson;
  try {
    const report = conformanceReport(await runVitest(cli, folder, json ? "stderr" : "stdout"));
    if (report.suites.length === 0) throw cliErrors.CLI_TEST_NO_CONFORMANCE([name]);
    if (json) printJson(cli.output, { packageName: name, ...report });
    else printReport(cli.output, name, report);
    return report.success ? exitCodes.ok : exitCodes.notHealthy;
  } catch (error) {
    if (!isLoongError(error)) throw error;
    reportError(error, { output: cli.output, json, debug: Boolean(cli.env["LOONG_DEBUG"]) });
    return exitCodes.notHealthy;
  }
}

function printReport(output: Output, name: string, report: ConformanceReport): void {
  const { kept, broken, skipped, notApplicable, otherFailures } = report;
  const paint = painter(output.stdout);
  const duties = (count: number) => (count === 1 ? "1 duty" : `${count} duties`);
  for (const title of broken) printLine(output, `${paint("bad", "broken")}   ${title}`);
  for (const title of skipped) printLine(output, `${paint("warn", "skipped")}  ${title}`);
  if (otherFailures > 0) printLine(output, `${paint("bad", "failed")}   ${otherFailures} of the package's other tests`);
  const rest = notApplicable === 0 ? "" : `; ${duties(notApplicable)} that it cannot have left out`;
  const verdict = report.success ? paint("good", "ok") : paint("bad", "not ok");
  printLine(output, `${verdict}: ${name} keeps ${kept} of ${duties(kept + broken.length + skipped.length)}${rest}.`);
}
