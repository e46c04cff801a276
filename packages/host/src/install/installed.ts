import type { StatePaths } from "@loong/config";
import type { LoongError } from "@loong/sdk";
import { directoryOf, type LockedPlugin, readPluginLock } from "./lock-file.ts";
import type { InstalledPlugin } from "./plugin.ts";
import { codeBreach } from "./verify.ts";

/** An installed plugin after every file was looked at. */
export interface VerifiedPlugin {
  readonly plugin: InstalledPlugin;
  /** PLUGIN_MODIFIED or PLUGIN_MISSING: it is not loaded. */
  readonly problem?: LoongError;
}

/**
 * Hashes every file of every installed plugin and compares it with what was installed. Linked folders are only looked
 * for.
 *
 * @throws INSTALL_LOCK_INVALID
 */
export async function verifyInstalled({
  pluginsDir,
}: Pick<StatePaths, "pluginsDir">): Promise<readonly VerifiedPlugin[]> {
  return Object.entries(readPluginLock(pluginsDir)).map(([packageName, locked]) => {
    const problem = codeBreach(pluginsDir, packageName, locked);
    const plugin = installedPlugin(pluginsDir, packageName, locked, stateAfter(problem));
    return { plugin, ...(problem === undefined ? {} : { problem }) };
  });
}

/**
 * What this installer installed, by package name. A package that `npm install --prefix` put there by hand is not among
 * them.
 *
 * @throws INSTALL_LOCK_INVALID
 */
export async function installedPlugins(paths: Pick<StatePaths, "pluginsDir">): Promise<readonly InstalledPlugin[]> {
  return (await verifyInstalled(paths)).map(({ plugin }) => plugin);
}

function stateAfter(problem: LoongError | undefined): InstalledPlugin["state"] {
  if (problem === undefined) return "intact";
  return problem.code === "PLUGIN_MISSING" ? "missing" : "modified";
}

export function installedPlugin(
  pluginsDir: string,
  packageName: string,
  locked: LockedPlugin,
  state: InstalledPlugin["state"],
): InstalledPlugin {
  const { id, kind, version, source, integrity, installedAtMs, spec } = locked;
  const directory = directoryOf(pluginsDir, packageName, locked);
  return { id, kind, packageName, version, source, integrity, directory, installedAtMs, spec, state };
}
