import { type Config, readConfig, type StatePaths, statePaths } from "@loong/config";
import type { HostOptions } from "./options.ts";
import { createPluginSet, discoverPlugins, type PluginSet } from "./plugins/index.ts";

/** What can be known without asking anybody: files, manifests, environment. No code of a plugin has run. */
export interface HostState {
  readonly paths: StatePaths;
  readonly config: Config;
  readonly plugins: PluginSet;
}

function pathsOf(options: HostOptions): StatePaths {
  return statePaths(options.env, { config: options.configFile });
}

/** The file says where more plugins are, and only then is it known what may stand in the file. */
export async function readState(options: HostOptions): Promise<HostState> {
  const paths = pathsOf(options);
  const { plugins: section } = await readConfig({ paths, env: options.env, manifests: [], validate: false });
  const found = await discoverPlugins({
    paths,
    extraPaths: section.paths,
    bundled: options.bundled,
    // Whoever reads this state is going to run what it names.
    verify: "code",
    ...(options.workspaceRoot === undefined ? {} : { workspaceRoot: options.workspaceRoot }),
  });
  const plugins = createPluginSet(found.plugins, found.failures);
  const config = await readConfig({ paths, env: options.env, manifests: plugins.manifests() });
  return { paths, config, plugins };
}

/** Plugins are on unless the operator switched them off. */
export function isPluginEnabled(config: Config, id: string): boolean {
  return config.plugins.entries[id]?.enabled ?? true;
}
