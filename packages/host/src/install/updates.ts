import { chooseVersion, isOldEnough } from "./choose-version.ts";
import { type LockedPlugin, readPluginLock } from "./lock-file.ts";
import { isFirstParty } from "./names.ts";
import type { InstallOptions } from "./plugin.ts";
import { connectRegistry, type Registry } from "./registry.ts";
import { parseSpec } from "./spec.ts";
import { findRow } from "./uninstall.ts";

export interface Update {
  readonly id: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Which installed plugins have a newer version of what the operator asked for: a tag or range moves on, an exact version
 * never does. Versions below the minimum age do not count yet.
 *
 * @param ids - Ids or package names; all that came from a registry by default.
 * @throws PLUGIN_NOT_INSTALLED, INSTALL_REGISTRY_UNREACHABLE, INSTALL_REGISTRY_ANSWER
 */
export async function checkForUpdates(options: InstallOptions, ids?: readonly string[]): Promise<readonly Update[]> {
  const lock = readPluginLock(options.paths.pluginsDir);
  const rows = ids === undefined ? Object.entries(lock) : ids.map((id) => findRow(lock, id));
  const registry = await connectRegistry(options);
  try {
    const found = await Promise.all(rows.map(([name, row]) => updateOf(name, row, registry, options)));
    return found.filter((update) => update !== undefined);
  } finally {
    await registry.close();
  }
}

async function updateOf(
  name: string,
  row: LockedPlugin,
  registry: Registry,
  { env, now }: InstallOptions,
): Promise<Update | undefined> {
  if (row.source !== "registry") return undefined;
  const spec = parseSpec(row.spec, env, "/");
  const packument = await registry.packument(name);
  if (packument === undefined || spec.from !== "registry") return undefined;
  const { version } = await chooseVersion(packument, spec.wanted);
  const { default: gt } = await import("semver/functions/gt.js");
  const isReady = isFirstParty(name) || isOldEnough(packument, version, now());
  return isReady && gt(version, row.version) ? { id: row.id, from: row.version, to: version } : undefined;
}
