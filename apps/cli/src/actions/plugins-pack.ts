import { type PackReport, packPackage } from "../author/pack.ts";
import { readPackageFolder } from "../author/package-folder.ts";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { formatBytes } from "../output/bytes.ts";
import { printJson, printLine, printNote } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";
import { reportError } from "../output/report-error.ts";
import { tableLines } from "../output/table.ts";
import { pathsOf } from "../state.ts";

interface PackCommandOptions extends GlobalOptions, JsonOption {
  readonly dryRun?: boolean;
}

/** Exits 1 when the package is not fit to be published. */
export async function packPlugin(cli: Cli, options: PackCommandOptions, directory = "."): Promise<ExitCode> {
  const folder = await readPackageFolder(directory);
  const { dryRun = false, json = false } = options;
  const { pluginsDir } = pathsOf(cli, options);
  const packing = packPackage(cli, folder, { dryRun, pluginsDir });
  const report = await withProgress(cli.output, `packing ${folder.packageJson.name}`, packing);
  if (json) printJson(cli.output, report);
  else print(cli, report);
  return report.faults.length === 0 ? exitCodes.ok : exitCodes.notHealthy;
}

function print({ output, env }: Cli, report: PackReport): void {
  const { tarball, files, sizeBytes, unpackedBytes, manifestWritten, packageName, faults } = report;
  if (manifestWritten) printNote(output, "The `loong` block of package.json was written from the code.");
  for (const fault of faults) reportError(fault, { output, json: false, debug: Boolean(env["LOONG_DEBUG"]) });
  if (faults.length > 0) return;
  printLine(output, tarball ?? `${packageName} is fit to be published; nothing was written.`);
  const rows = files.map(({ path, size }) => [path, formatBytes(size)]);
  for (const line of tableLines(["FILE", "SIZE"], rows)) printLine(output, line);
  printLine(output, `${files.length} files, ${formatBytes(unpackedBytes)}, packed ${formatBytes(sizeBytes)}`);
  if (tarball !== null) printNote(output, "Publish it with `npm publish`, or try it: `loong plugins install TARBALL`.");
}
