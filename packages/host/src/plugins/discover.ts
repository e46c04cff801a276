import { realpathSync } from "node:fs";
import type { StatePaths } from "@loong/config";
import type { LoongError } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { codeBreach, manifestBreach } from "../install/verify.ts";
import { type Candidate, candidates } from "./candidates.ts";
import { contractFault } from "./contract.ts";
import { isTypeScriptFile, mainModule } from "./entry.ts";
import { asManifest, isObject, manifestFault } from "./manifest.ts";
import { namesOf, type PluginFailure, type PluginRecord } from "./record.ts";

export interface DiscoverOptions {
  readonly paths: Pick<StatePaths, "pluginsDir">;
  /** `plugins.paths` of the config: package folders, absolute. */
  readonly extraPaths: readonly string[];
  /** Package folders that come with the command. */
  readonly bundled: readonly string[];
  /** Root of a source checkout: every package in its `extensions/` counts. */
  readonly workspaceRoot?: string;
  /**
   * How much of what was installed is compared with its pin: `manifest` is enough to read about plugins, `code` hashes
   * every file and is for those who will run it. Default: `manifest`.
   */
  readonly verify?: "manifest" | "code";
}

export interface Discovery {
  readonly plugins: readonly PluginRecord[];
  readonly failures: readonly PluginFailure[];
}

/**
 * Finds every plugin by its package.json; no code of a plugin runs. When an id is there twice, the first of path,
 * installed, workspace, bundled wins and the other is reported.
 */
export async function discoverPlugins(options: DiscoverOptions): Promise<Discovery> {
  const plugins: PluginRecord[] = [];
  const failures: PluginFailure[] = [];
  for (const candidate of candidates(options)) {
    const breach = breachOfPin(candidate, options);
    const outcome = breach === undefined ? await examine(candidate) : pinFailure(candidate, breach);
    if (!isRecord(outcome)) failures.push(outcome);
    else {
      const rival = rivalOf(outcome, plugins);
      if (rival === undefined) plugins.push(outcome);
      else if (!isSameFolder(rival, outcome)) failures.push(duplicate(outcome, rival));
    }
  }
  return { plugins, failures };
}

/** What was installed and is not as it was installed is no plugin, whatever it says of itself. */
function breachOfPin({ pin, refusal }: Candidate, { paths, verify }: DiscoverOptions): LoongError | undefined {
  if (pin === undefined) return refusal;
  return (verify === "code" ? codeBreach : manifestBreach)(paths.pluginsDir, pin.packageName, pin.locked);
}

/** Its own words do not count, so the pin's are shown. */
function pinFailure({ directory, source, pin }: Candidate, error: LoongError): PluginFailure {
  const { packageName = directory, locked } = pin ?? {};
  const facts = locked === undefined ? {} : { id: locked.id, kind: locked.kind, version: locked.version };
  const { code, message, hint = "" } = error;
  return { packageName, directory, source, ...facts, severity: "error", code, message, hint };
}

async function examine(candidate: Candidate): Promise<PluginRecord | PluginFailure> {
  const { directory, source, packageJson, pin } = candidate;
  if (packageJson === undefined) return failure(candidate, directory, hostErrors.PLUGIN_PATH_EMPTY([directory]));
  const { name, version, loong } = packageJson;
  const packageName = typeof name === "string" ? name : directory;

  const refusal = isObject(loong) ? await contractFault(packageName, loong["contract"]) : undefined;
  if (refusal !== undefined) return failure(candidate, packageName, refusal);
  const fault = manifestFault(loong);
  if (fault !== undefined)
    return failure(candidate, packageName, hostErrors.PLUGIN_MANIFEST_INVALID([packageName, fault]));
  const manifest = asManifest(loong);
  const main = mainModule(directory, packageJson);
  if (!main.exists) return failure(candidate, packageName, hostErrors.PLUGIN_NO_ENTRY([packageName, main.path]));

  return {
    manifest,
    packageName,
    version: typeof version === "string" ? version : "0.0.0",
    directory,
    entry: main.path,
    source,
    ...(pin === undefined ? {} : { installedFrom: pin.locked.source }),
    isTypeScript: isTypeScriptFile(main.path),
  };
}

function isRecord(outcome: PluginRecord | PluginFailure): outcome is PluginRecord {
  return "manifest" in outcome;
}

function failure({ directory, source, packageJson }: Candidate, packageName: string, error: LoongError): PluginFailure {
  const block = isObject(packageJson?.["loong"]) ? packageJson["loong"] : {};
  const { id, kind } = block;
  const version = packageJson?.["version"];
  return {
    packageName,
    directory,
    source,
    ...(typeof id === "string" ? { id } : {}),
    ...(kind === "channel" || kind === "agent" ? { kind } : {}),
    ...(typeof version === "string" ? { version } : {}),
    severity: "error",
    code: error.code,
    message: error.message,
    hint: error.hint ?? "",
  };
}

/** The plugin that already has the id or an alias of this one. */
function rivalOf(record: PluginRecord, plugins: readonly PluginRecord[]): PluginRecord | undefined {
  const names = new Set(namesOf(record));
  return plugins.find(
    (each) => each.manifest.kind === record.manifest.kind && namesOf(each).some((name) => names.has(name)),
  );
}

/** A checkout's own packages are also those that come with its command. */
function isSameFolder(left: PluginRecord, right: PluginRecord): boolean {
  return left.packageName === right.packageName && realpathSync(left.directory) === realpathSync(right.directory);
}

/** Another copy of the same package is no loss: a newer one is installed over the one that comes with the command. */
function duplicate(record: PluginRecord, winner: PluginRecord): PluginFailure {
  const { packageName, directory, source, version, manifest } = record;
  const winnerName = `${winner.packageName} ${winner.version} in ${winner.directory}`;
  const { code, message, hint = "" } = hostErrors.PLUGIN_DUPLICATE_ID([packageName, manifest.id, winnerName]);
  const severity = packageName === winner.packageName ? "warning" : "error";
  return {
    packageName,
    directory,
    source,
    id: manifest.id,
    kind: manifest.kind,
    version,
    severity,
    code,
    message,
    hint,
  };
}
