import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LoongError } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { directoryOf, type LockedPlugin, prefixOf, sealFileIn } from "./lock-file.ts";
import { breachOf, digestOf, type Seal } from "./seal.ts";

/**
 * What keeps an installed plugin from being read: its folder is gone, or its package.json is not the one that was
 * installed. Quick enough for every command.
 */
export function manifestBreach(pluginsDir: string, packageName: string, locked: LockedPlugin): LoongError | undefined {
  const directory = directoryOf(pluginsDir, packageName, locked);
  const packageJson = readIfThere(join(directory, "package.json"));
  if (packageJson === undefined) return hostErrors.PLUGIN_MISSING([packageName, directory, locked.spec]);
  if (locked.source === "link" || digestOf(packageJson) === locked.packageJson) return undefined;
  return hostErrors.PLUGIN_MODIFIED([packageName, "its package.json was changed", specToRepair(packageName, locked)]);
}

/**
 * What keeps the code of an installed plugin from being loaded: any file of it or of its dependencies is not the one that
 * was installed. A linked folder is the operator's to change and is not hashed.
 */
export function codeBreach(pluginsDir: string, packageName: string, locked: LockedPlugin): LoongError | undefined {
  const early = manifestBreach(pluginsDir, packageName, locked);
  const prefix = prefixOf(pluginsDir, locked);
  if (early !== undefined || prefix === undefined) return early;
  const breach = breachIn(prefix, locked);
  return breach === undefined
    ? undefined
    : hostErrors.PLUGIN_MODIFIED([packageName, breach, specToRepair(packageName, locked)]);
}

function breachIn(prefix: string, locked: LockedPlugin): string | undefined {
  const text = readIfThere(sealFileIn(prefix))?.toString("utf8");
  if (text === undefined || digestOf(text) !== locked.seal) return "the list of its hashes was changed";
  return breachOf(join(prefix, "node_modules"), JSON.parse(text) as Seal);
}

/** What brings the same version back. */
function specToRepair(packageName: string, { source, spec, version }: LockedPlugin): string {
  return source === "registry" ? `${packageName}@${version}` : spec;
}

function readIfThere(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}
