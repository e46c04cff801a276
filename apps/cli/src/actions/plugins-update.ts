import type { Config } from "@loong/config";
import { isLoongError } from "@loong/sdk";
import type { Cli } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printJson, printLine } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";
import { reportError } from "../output/report-error.ts";
import { tableLines } from "../output/table.ts";
import { type AgreementOptions, requireAgreement } from "../plugins/agreement.ts";
import { installOptions, prepare, type SourceOptions } from "../plugins/installing.ts";
import { pickUpLines } from "../plugins/pick-up.ts";
import { settle, type Settled } from "../plugins/settle.ts";
import { readState, type State } from "../state.ts";

interface UpdateOptions extends AgreementOptions, SourceOptions {
  readonly all?: boolean;
}

const NOTHING = "There is nothing to update. A version that was named exactly stays, and so does a folder or a file.";

/** One plugin that has a newer version. */
interface Update {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/** What became of it. */
type Ended = Update & (Settled | { readonly outcome: "failed"; readonly error: Failure });

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** One after the other; one that fails or is declined leaves the others alone, and an interrupt ends it. Exits 1 when one was declined, 2 when one failed. */
export async function updatePlugins(cli: Cli, options: UpdateOptions, names: readonly string[]): Promise<ExitCode> {
  if (names.length > 0 === (options.all === true)) throw cliErrors.CLI_UPDATE_WHICH([]);
  requireAgreement(cli, options, "loong plugins update");
  const state = await readState(cli, options, { validate: false });
  const updates = await findUpdates(cli, options, state, names);
  if (options.dryRun === true) return showUpdates(cli, options, updates);
  const ended: Ended[] = [];
  for (const update of updates) {
    if (ended.some(isStopped)) break;
    ended.push(await updateOne(cli, options, state.config, update));
  }
  if (options.json === true) printJson(cli.output, { updates: ended });
  else if (updates.length === 0) printLine(cli.output, NOTHING);
  return exitCodeFor(ended);
}

async function findUpdates(
  cli: Cli,
  options: UpdateOptions,
  { plugins }: State,
  names: readonly string[],
): Promise<readonly Update[]> {
  const { checkForUpdates } = await import("@loong/host/install");
  const ids = names.map((name) => plugins.find(name)?.manifest.id ?? name);
  const asking = checkForUpdates(installOptions(cli, options), options.all === true ? undefined : ids);
  return withProgress(cli.output, "Asking for newer versions…", asking);
}

function showUpdates({ output }: Cli, { json }: UpdateOptions, updates: readonly Update[]): ExitCode {
  if (json === true) printJson(output, { updates });
  else if (updates.length === 0) printLine(output, NOTHING);
  else {
    const rows = updates.map(({ id, from, to }) => [id, from, to]);
    for (const line of tableLines(["ID", "INSTALLED", "AVAILABLE"], rows)) printLine(output, line);
  }
  return exitCodes.ok;
}

async function updateOne(cli: Cli, options: UpdateOptions, config: Config, update: Update): Promise<Ended> {
  try {
    const prepared = await prepare(cli, options, await specOf(cli, options, update));
    const settled = await settle(cli, options, config, prepared);
    if (options.json !== true) print(cli, update, settled);
    return { ...update, ...settled };
  } catch (error) {
    if (!isLoongError(error)) throw error;
    reportError(error, { output: cli.output, json: false, debug: Boolean(cli.env["LOONG_DEBUG"]) });
    const { code, message, hint } = error;
    return { ...update, outcome: "failed", error: { code, message, hint: hint ?? null } };
  }
}

/** What the operator typed when it was installed, so that a tag or a range goes on to hold. */
async function specOf(cli: Cli, options: UpdateOptions, { id }: Update): Promise<string> {
  const { installedPlugins } = await import("@loong/host/install");
  const installed = (await installedPlugins(installOptions(cli, options).paths)).find((plugin) => plugin.id === id);
  if (installed === undefined) throw cliErrors.CLI_PLUGIN_GONE([id]);
  return installed.spec;
}

function print({ output }: Cli, { id, from }: Update, settled: Settled): void {
  const { outcome, gateway } = settled;
  const line =
    outcome === "installed" ? `Updated ${id} from ${from} to ${settled.package.version}.` : `Left ${id} at ${from}.`;
  for (const each of [line, ...pickUpLines(gateway)]) printLine(output, each);
}

function isStopped(ended: Ended): boolean {
  return ended.outcome === "failed" && ended.error.code === "CLI_INSTALL_STOPPED";
}

function exitCodeFor(ended: readonly Ended[]): ExitCode {
  if (ended.some(({ outcome }) => outcome === "failed")) return exitCodes.error;
  return ended.some(({ outcome }) => outcome === "declined") ? exitCodes.notHealthy : exitCodes.ok;
}
