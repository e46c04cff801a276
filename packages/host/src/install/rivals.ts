import type { Manifest } from "@loong/sdk";
import { installErrors } from "./errors.ts";
import { discoverPlugins } from "../plugins/discover.ts";
import type { PluginRecord } from "../plugins/record.ts";
import { namesOf } from "../plugins/record.ts";
import type { InstallOptions } from "./plugin.ts";

/** Every plugin that is here without `plugins.paths`: installed, of the checkout, with the command. */
export async function presentPlugins(options: InstallOptions): Promise<readonly PluginRecord[]> {
  const { paths, bundled, workspaceRoot } = options;
  const where = workspaceRoot === undefined ? {} : { workspaceRoot };
  const { plugins } = await discoverPlugins({ paths, extraPaths: [], bundled, ...where });
  return plugins;
}

/**
 * An installed plugin is found before those that come with the command, so it must not take over another's name.
 *
 * @throws INSTALL_ID_TAKEN
 */
export function requireFreeNames(packageName: string, manifest: Manifest, present: readonly PluginRecord[]): void {
  const wanted = new Set(manifest.kind === "channel" ? [manifest.id, ...manifest.aliases] : [manifest.id]);
  for (const record of present) {
    if (record.packageName === packageName) continue;
    const taken = namesOf(record).find((name) => wanted.has(name));
    if (taken !== undefined) throw installErrors.INSTALL_ID_TAKEN([packageName, taken, record.packageName]);
  }
}
