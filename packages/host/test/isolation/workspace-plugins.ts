import { join } from "node:path";
import { createPluginSet, discoverPlugins, type PluginSet } from "../../src/plugins/index.ts";

const ROOT = join(import.meta.dirname, "../../../..");

/** The plugins of this checkout. */
export async function workspacePlugins(): Promise<PluginSet> {
  const paths = { pluginsDir: join(import.meta.dirname, "nowhere") };
  const { plugins, failures } = await discoverPlugins({ paths, extraPaths: [], bundled: [], workspaceRoot: ROOT });
  return createPluginSet(plugins, failures);
}
