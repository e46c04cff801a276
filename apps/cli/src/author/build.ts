import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Cli } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import type { PackageFolder } from "./package-folder.ts";

/** Runs the package's `build` script where it has one. @throws CLI_PACK_BUILD with what the build said. */
export async function build(cli: Cli, folder: PackageFolder): Promise<void> {
  if (folder.packageJson.scripts?.["build"] === undefined) return;
  const { exitCode, stdout, stderr } = await npm(cli, folder, ["run", "--silent", "build"]);
  if (exitCode !== 0) throw cliErrors.CLI_PACK_BUILD([folder.packageJson.name, `${stdout}${stderr}`.trim()]);
}

/** @throws CLI_NPM_MISSING */
export async function npm(
  { env, self }: Cli,
  { directory }: PackageFolder,
  words: readonly string[],
): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }> {
  // On Windows npm is a batch file, which only a shell runs; no word comes from outside.
  const shell = self().platform === "win32";
  const child = spawn("npm", words, { cwd: directory, env, shell, stdio: ["ignore", "pipe", "pipe"] });
  const { promise: ended, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", (cause) => reject(cliErrors.CLI_NPM_MISSING([], { cause })));
  child.on("close", resolve);
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { exitCode, stdout, stderr };
}
