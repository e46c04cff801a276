import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installErrors } from "./errors.ts";
import { isObject } from "../plugins/manifest.ts";
import { sha512Of } from "./integrity.ts";
import { MAX_DEPENDENCIES, MIN_AGE_DAYS } from "./limits.ts";
import { isPackageName } from "./names.ts";
import { type NpmOptions, runNpm } from "./npm.ts";
import type { PackageFacts } from "./package-facts.ts";

export interface Dependency {
  readonly name: string;
  readonly version: string;
}

/**
 * Lays the dependencies of a plugin into `node_modules` of the prefix: first all are resolved and looked at, then exactly
 * those are fetched, each compared with its hash. No script of theirs runs.
 *
 * @param allowNew - Versions younger than the minimum age may be chosen too.
 * @param onResolved - Called when it is known how many there are.
 * @returns What was laid there, in the order of their names.
 * @throws INSTALL_DEPENDENCY_REFUSED, INSTALL_NPM_MISSING, INSTALL_NPM_FAILED
 */
export async function installDependencies(
  { name, fields }: PackageFacts,
  options: NpmOptions & { readonly allowNew: boolean; readonly onResolved: (packages: number) => void },
): Promise<readonly Dependency[]> {
  const dependencies = rangesOf(name, fields["dependencies"]);
  const optionalDependencies = rangesOf(name, fields["optionalDependencies"]);
  if (Object.keys(dependencies).length + Object.keys(optionalDependencies).length === 0) return [];
  const { directory, allowNew } = options;
  const root = { name: "plugin-prefix", version: "0.0.0", private: true, dependencies, optionalDependencies };
  await writeFile(join(directory, "package.json"), JSON.stringify(root), { mode: 0o600 });
  await runNpm(["install", "--package-lock-only", ...(allowNew ? [] : [`--min-release-age=${MIN_AGE_DAYS}`])], options);
  const lock: unknown = JSON.parse(await readFile(join(directory, "package-lock.json"), "utf8"));
  const resolved = resolvedPackages(lock, name);
  options.onResolved(resolved.length);
  await runNpm(["ci"], options);
  await rm(join(directory, "node_modules", ".bin"), { recursive: true, force: true });
  // Those for other systems were resolved, and not laid down.
  return resolved
    .filter(({ place }) => existsSync(join(directory, place)))
    .map(({ name, version }) => ({ name, version }));
}

interface Resolved extends Dependency {
  /** `node_modules/a/node_modules/b` */
  readonly place: string;
}

/** @throws INSTALL_DEPENDENCY_REFUSED for what comes from elsewhere than a registry or has no strong hash. */
function resolvedPackages(lock: unknown, plugin: string): readonly Resolved[] {
  const packages = isObject(lock) && isObject(lock["packages"]) ? Object.entries(lock["packages"]) : [];
  const found = packages
    .filter(([place]) => place !== "")
    .map(([place, entry]) => resolvedPackage(place, entry, plugin));
  if (found.length > MAX_DEPENDENCIES)
    throw installErrors.INSTALL_DEPENDENCY_REFUSED([plugin, `${found.length} packages`, `at most ${MAX_DEPENDENCIES}`]);
  return found.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function resolvedPackage(place: string, entry: unknown, plugin: string): Resolved {
  const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
  const { version, resolved, integrity, link } = isObject(entry) ? entry : {};
  const isPinned = typeof integrity === "string" && sha512Of(integrity) !== undefined;
  const isFetched = typeof resolved === "string" && /^https?:/.test(resolved);
  if (typeof version !== "string" || link === true || !isFetched || !isPinned)
    throw installErrors.INSTALL_DEPENDENCY_REFUSED([
      plugin,
      name,
      typeof resolved === "string" ? resolved : "no address",
    ]);
  if (name === plugin || place === `node_modules/${plugin}`)
    throw installErrors.INSTALL_DEPENDENCY_REFUSED([plugin, name, "the plugin itself"]);
  return { name, version, place };
}

function rangesOf(name: string, value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isObject(value)) throw installErrors.INSTALL_PACKAGE_INVALID([name, "its dependencies are no object"]);
  for (const [dependency, range] of Object.entries(value)) {
    if (!isPackageName(dependency) || typeof range !== "string" || !isFromRegistry(range))
      throw installErrors.INSTALL_DEPENDENCY_REFUSED([name, dependency, String(range)]);
  }
  return value as Readonly<Record<string, string>>;
}

/** A version, a range or a tag: no address, no path, no protocol. */
function isFromRegistry(range: string): boolean {
  return !/[:/\\]/.test(range) || /^npm:(?:@[\w.-]+\/)?[\w.-]+(?:@[^:/\\]*)?$/.test(range);
}
