import type { InstallOptions, InstallStep, PreparedInstall } from "@loong/host/install";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { formatBytes } from "../output/bytes.ts";
import { withProgress } from "../output/progress.ts";
import { pathsOf } from "../state.ts";
import { withStepLines } from "./step-lines.ts";

/** Where a package comes from and how much is asked of it. */
export interface SourceOptions extends GlobalOptions {
  readonly registry?: string;
  readonly allowNew?: boolean;
  readonly link?: boolean;
  readonly copy?: boolean;
}

/** What every step of an installation wants to know. */
export function installOptions(cli: Cli, options: SourceOptions): InstallOptions {
  const { bundled, workspaceRoot } = cli.installation();
  const { registry } = options;
  return {
    paths: pathsOf(cli, options),
    env: cli.env,
    bundled,
    now: cli.now,
    ...(workspaceRoot === undefined ? {} : { workspaceRoot }),
    ...(registry === undefined ? {} : { registry }),
  };
}

const STEPS: Readonly<Record<InstallStep["name"], string>> = {
  resolve: "Looking for it",
  download: "Fetching the package",
  inspect: "Looking through the package",
  dependencies: "Installing its dependencies",
  extract: "Unpacking",
  check: "Trying to load it",
  seal: "Hashing its files",
  place: "Putting it in its place",
  pin: "Writing the lock file",
  clean: "Tidying up",
};

/**
 * Fetches and checks; nothing is active yet. Says meanwhile what is being done.
 * @throws CLI_INSTALL_STOPPED, and what `prepareInstall` throws.
 */
export async function prepare(cli: Cli, options: SourceOptions, spec: string): Promise<PreparedInstall> {
  const { prepareInstall } = await import("@loong/host/install");
  const signal = cli.interrupted();
  let now: InstallStep = { name: "resolve" };
  const preparing = prepareInstall(spec, {
    ...installOptions(cli, options),
    ...(options.link === true || options.copy === true ? { link: options.copy !== true } : {}),
    allowNew: options.allowNew === true,
    signal,
    onProgress: (step) => {
      now = step;
    },
  });
  try {
    const isWatched = cli.output.stderr.isTTY === true;
    return isWatched
      ? await withProgress(cli.output, () => `${STEPS[now.name]}…${amountOf(now)}`, preparing)
      : await withStepLines(cli.output, () => `${STEPS[now.name]}…`, preparing);
  } catch (error) {
    throw signal.aborted ? cliErrors.CLI_INSTALL_STOPPED([spec], { cause: error }) : error;
  }
}

function amountOf({ done, total, packages }: InstallStep): string {
  if (packages !== undefined) return ` ${packages} ${packages === 1 ? "package" : "packages"},`;
  if (done === undefined) return "";
  return ` ${formatBytes(done)}${total === undefined ? "" : ` of ${formatBytes(total)}`},`;
}
