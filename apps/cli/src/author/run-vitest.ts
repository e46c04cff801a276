import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Cli } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import type { TestReport } from "./conformance-report.ts";
import type { PackageFolder } from "./package-folder.ts";

/**
 * Runs every test of a package with the vitest that is installed for it.
 *
 * @param showOn - Which of this process's streams shows how it goes.
 * @throws CLI_TEST_NO_RUNNER, CLI_TEST_BROKE_OFF
 */
export async function runVitest(
  { self, env }: Cli,
  folder: PackageFolder,
  showOn: "stdout" | "stderr",
): Promise<TestReport> {
  const script = vitestOf(folder);
  const place = await mkdtemp(join(tmpdir(), "loong-test-"));
  const file = join(place, "report.json");
  try {
    const [node] = self().command;
    const options = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const stdout = showOn === "stdout" ? 1 : 2;
    const child = spawn(node, [script, ...options], { cwd: folder.directory, env, stdio: ["ignore", stdout, 2] });
    await once(child, "close");
    return JSON.parse(await readFile(file, "utf8")) as TestReport;
  } catch (cause) {
    throw cliErrors.CLI_TEST_BROKE_OFF([folder.packageJson.name], { cause });
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** @returns the path of its script. */
function vitestOf({ directory, packageJson }: PackageFolder): string {
  try {
    const require = createRequire(join(directory, "package.json"));
    const path = require.resolve("vitest/package.json");
    const { bin } = require(path) as { bin: { vitest: string } };
    return join(dirname(path), bin.vitest);
  } catch (cause) {
    throw cliErrors.CLI_TEST_NO_RUNNER([packageJson.name], { cause });
  }
}
