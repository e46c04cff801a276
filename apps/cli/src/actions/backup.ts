import { resolve } from "node:path";
import type { BackupReport, RestoreReport } from "@loong/host/backup";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { formatBytes } from "../output/bytes.ts";
import { type Output, painter, printJson, printLine } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";
import { formatAge } from "../output/time.ts";
import { pathsOf } from "../state.ts";

interface CreateOptions extends GlobalOptions, JsonOption {
  readonly output?: string;
}

interface RestoreOptions extends GlobalOptions, JsonOption {
  readonly dryRun?: boolean;
}

export async function makeBackup(cli: Cli, options: CreateOptions): Promise<ExitCode> {
  const { createBackup } = await import("@loong/host/backup");
  const output = options.output === undefined ? {} : { output: resolve(options.output) };
  const copying = createBackup({ paths: pathsOf(cli, options), nowMs: cli.now(), ...output });
  const report = await withProgress(cli.output, "Copying…", copying);
  if (options.json === true) printJson(cli.output, report);
  else {
    printLine(cli.output, `Wrote ${report.file}.`);
    printContents(cli, report);
    printLine(cli.output, "The config file and secrets are not in it.");
  }
  return exitCodes.ok;
}

export async function putBack(cli: Cli, options: RestoreOptions, file: string): Promise<ExitCode> {
  const { restoreBackup } = await import("@loong/host/backup");
  const { dryRun = false } = options;
  const restoring = restoreBackup({ paths: pathsOf(cli, options), file: resolve(file), dryRun, nowMs: cli.now() });
  const report = await withProgress(cli.output, "Checking…", restoring);
  if (options.json === true) printJson(cli.output, report);
  else printRestore(cli, report);
  return exitCodes.ok;
}

function printRestore(cli: Cli, report: RestoreReport): void {
  const { output } = cli;
  const done = report.outcome === "restored";
  printLine(output, `${done ? "Restored" : "Would restore"} ${report.file}.`);
  printContents(cli, report);
  if (report.kept !== null)
    printLine(output, `What was there before ${done ? "is" : "would be"} kept as ${report.kept}.`);
  if (done) printLine(output, "Start the gateway with `loong gateway run`.");
}

function printContents(cli: Cli, report: BackupReport | RestoreReport): void {
  const { inbox, outbox, newestAtMs } = report;
  const newest = newestAtMs === null ? "" : `, the newest ${formatAge(cli.now(), newestAtMs)}`;
  printLine(cli.output, `${formatBytes(report.bytes)}, ${sum(inbox)} messages in and ${sum(outbox)} out${newest}.`);
  const [turns, sends] = [inbox.new + inbox.running, outbox.pending + outbox.sending];
  if (turns + sends > 0) printLine(cli.output, `Of these ${turns} wait for an answer and ${sends} to be sent.`);
  printWarnings(cli.output, report);
}

function printWarnings(output: Output, { damaged, warnings }: BackupReport | RestoreReport): void {
  const paint = painter(output.stdout);
  if (damaged > 0) printLine(output, paint("bad", `${damaged} of them are damaged and will be given up.`));
  for (const { message, hint } of warnings) printLine(output, `${paint("warn", message)} ${hint ?? ""}`);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
