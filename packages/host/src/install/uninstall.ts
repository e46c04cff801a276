import { existsSync } from "node:fs";
import { getValue, readConfig } from "@loong/config";
import type { Manifest } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { nearestName } from "../plugins/nearest-name.ts";
import { installedPlugin } from "./installed.ts";
import { directoryOf, type LockedPlugin, type PluginLock, readPluginLock, writePluginLock } from "./lock-file.ts";
import type { InstallOptions, InstalledPlugin } from "./plugin.ts";
import { presentPlugins } from "./rivals.ts";
import { removeLeftovers, takeInstallLock } from "./staging.ts";

export interface Uninstalled {
  readonly removed: InstalledPlugin;
  /** Keys of the config that only this plugin reads, as they are written; they stay. */
  readonly configKept: readonly string[];
}

/**
 * Takes a plugin away: its row of the lock first, then its own folders. A linked folder is left as it is.
 *
 * @param id - The plugin's id or its package name.
 * @throws PLUGIN_NOT_INSTALLED, INSTALL_BUSY
 */
export async function uninstallPlugin(id: string, options: InstallOptions): Promise<Uninstalled> {
  const { pluginsDir } = options.paths;
  const release = await takeInstallLock(pluginsDir);
  try {
    const lock = readPluginLock(pluginsDir);
    const [packageName, locked] = findRow(lock, id);
    const configKept = await configOf(packageName, locked, options);
    const state = existsSync(directoryOf(pluginsDir, packageName, locked)) ? "intact" : "missing";
    const removed = installedPlugin(pluginsDir, packageName, locked, state);
    const { [packageName]: _gone, ...rest } = lock;
    writePluginLock(pluginsDir, rest);
    await removeLeftovers(pluginsDir);
    return { removed, configKept };
  } finally {
    release();
  }
}

/** @throws PLUGIN_NOT_INSTALLED */
export function findRow(lock: PluginLock, id: string): readonly [packageName: string, row: LockedPlugin] {
  const rows = Object.entries(lock);
  const found = rows.find(([packageName]) => packageName === id) ?? rows.find(([, row]) => row.id === id);
  if (found !== undefined) return found;
  const known = rows.map(([, row]) => row.id);
  throw hostErrors.PLUGIN_NOT_INSTALLED([id, nearestName(known, id), known.join(", ")]);
}

/** Of a plugin that cannot be read any more, only what carries its id is known to be its own. */
async function configOf(
  packageName: string,
  locked: LockedPlugin,
  options: InstallOptions,
): Promise<readonly string[]> {
  const present = await presentPlugins(options);
  const own = present.find((record) => record.packageName === packageName);
  const manifests = present.map(({ manifest }) => manifest);
  const config = await readConfig({ paths: options.paths, env: options.env, manifests, validate: false });
  const unread = config.unknownChannels.includes(locked.id) ? [`channels.${locked.id}`] : [];
  const keys = [...keysOf(own?.manifest), `plugins.entries.${locked.id}`];
  const written = keys.flatMap((key) => {
    const { from, path } = getValue(config, key);
    return from === "file" ? [path] : [];
  });
  return [...unread, ...written];
}

function keysOf(manifest: Manifest | undefined): readonly string[] {
  if (manifest === undefined) return [];
  return manifest.kind === "channel" ? [`channels.${manifest.id}`] : manifest.keys;
}
