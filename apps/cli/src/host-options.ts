import { pathsOf } from "./state.ts";
import type { Cli, GlobalOptions } from "./cli-context.ts";

/** What every part of the host wants to know about the command that uses it. */
export function hostOptions(cli: Cli, options: GlobalOptions) {
  const { version, bundled, workspaceRoot } = cli.installation();
  const configFile = pathsOf(cli, options).explicitConfigFile;
  return {
    env: cli.env,
    bundled,
    version,
    now: cli.now,
    ...(configFile === undefined ? {} : { configFile }),
    ...(workspaceRoot === undefined ? {} : { workspaceRoot }),
  };
}
