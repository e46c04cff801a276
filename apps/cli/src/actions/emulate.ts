import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EmulatorCommand } from "@loong/emulator-kit";
import { loadPlugin, type PluginRecord } from "@loong/host/plugins";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printLine, printNote } from "../output/output.ts";
import { pathsOf, readPlugins } from "../state.ts";

interface EmulateOptions extends GlobalOptions {
  readonly port: number;
  readonly host: string;
}

/** Runs until it is interrupted. The URL is all that goes to stdout, so a script can wait for it. */
export async function emulate(
  cli: Cli,
  options: EmulateOptions,
  name: string,
  args: readonly string[],
): Promise<ExitCode> {
  const plugins = await readPlugins(cli, options);
  const record = plugins.find(name);
  if (record === undefined || !hasEmulator(record)) {
    const known = plugins.records.filter(hasEmulator).map(({ manifest }) => manifest.id);
    throw cliErrors.CLI_EMULATOR_UNKNOWN([name, known]);
  }
  // Its code gets this process's sdk from the moment the plugin is loaded.
  await loadPlugin(record, { cacheDir: pathsOf(cli, options).cacheDir });
  const emulator = await importEmulator(record);
  const stopped = aborted(cli.interrupted());
  const running = await emulator.start({ port: options.port, host: options.host, args });
  try {
    printNote(cli.output, emulator.describe());
    printLine(cli.output, running.url);
    for (const note of running.notes) printNote(cli.output, note);
    await stopped;
  } finally {
    await running.close();
  }
  return exitCodes.ok;
}

function hasEmulator({ directory }: PluginRecord): boolean {
  const { exports = {} } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as { exports?: object };
  return Object.hasOwn(exports, "./emulator");
}

/** @throws CLI_EMULATOR_BROKEN */
async function importEmulator({ packageName, directory }: PluginRecord): Promise<EmulatorCommand> {
  const path = createRequire(join(directory, "package.json")).resolve(`${packageName}/emulator`);
  const { emulator } = (await import(pathToFileURL(path).href)) as { emulator?: EmulatorCommand };
  if (typeof emulator?.start !== "function") throw cliErrors.CLI_EMULATOR_BROKEN([packageName]);
  return emulator;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
