import { asError, type Config, fileFault, readConfig, type StatePaths, statePaths } from "@loong/config";
import { createPluginSet, discoverPlugins, type PluginSet } from "@loong/host/plugins";
import type { Cli, GlobalOptions } from "./cli-context.ts";
import { noteLastGood } from "./output/problems.ts";

/** What can be known without asking anybody: files, manifests, environment. */
export interface State {
  readonly paths: StatePaths;
  readonly plugins: PluginSet;
  readonly config: Config;
}

interface Reading {
  /** Without it, types are not checked and the schema compiler is not loaded. Default `true`. */
  readonly validate?: boolean;
}

export function pathsOf(cli: Cli, options: GlobalOptions): StatePaths {
  return statePaths(cli.env, options);
}

/** Manifests of the installed plugins; no code of theirs runs. */
export async function readPlugins(cli: Cli, options: GlobalOptions): Promise<PluginSet> {
  return (await readState(cli, options, { validate: false })).plugins;
}

/**
 * Plugins say what may stand in the file, and the file may say where more plugins are: only when it does is it read a
 * second time.
 */
export async function readState(cli: Cli, options: GlobalOptions, reading: Reading = {}): Promise<State> {
  const paths = pathsOf(cli, options);
  const read = async (extraPaths: readonly string[]): Promise<State> => {
    const plugins = await discover(cli, paths, extraPaths);
    const config = await readConfig({ paths, env: cli.env, manifests: plugins.manifests(), ...reading });
    return { paths, plugins, config };
  };
  const state = await read([]);
  const extraPaths = state.config.plugins.paths;
  return extraPaths.length === 0 ? state : read(extraPaths);
}

/**
 * The same, for what the config decides: nothing is looked up in a file that cannot be used. A torn one counts as its last
 * good copy, and that is said.
 *
 * @throws CONFIG_* what is wrong with the file itself.
 */
export async function readUsableState(cli: Cli, options: GlobalOptions, reading: Reading = {}): Promise<State> {
  const state = await readState(cli, options, reading);
  const fault = fileFault(state.config);
  if (fault === undefined) return state;
  if (!state.config.file.usedLastGood) throw asError(fault);
  noteLastGood(cli.output, fault);
  return state;
}

async function discover(cli: Cli, paths: StatePaths, extraPaths: readonly string[]): Promise<PluginSet> {
  const { bundled, workspaceRoot } = cli.installation();
  const where = { paths, extraPaths, bundled };
  const found = await discoverPlugins({ ...where, ...(workspaceRoot === undefined ? {} : { workspaceRoot }) });
  return createPluginSet(found.plugins, found.failures);
}
