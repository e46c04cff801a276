import { type Config, configAfter, type EditOptions, loadValueJudge, type ValueJudge } from "@loong/config";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import { readState, type State } from "../state.ts";
import type { Prompts } from "./prompts.ts";
import type { Patch } from "./section.ts";

/** Where a form is filled in: who is asked, and the config file as it is now. */
export interface Desk {
  readonly cli: Cli;
  readonly prompts: Prompts;
  readonly judge: ValueJudge;
  readonly state: State;
  readonly edit: EditOptions;
  /** Ask platforms and providers before anything is saved. */
  readonly probes: boolean;
  /** The config as it would be. @throws CONFIG_* when it may not be so. */
  configAfter(patch: Patch): Promise<Config>;
  /** The same desk after the file has changed. */
  afresh(): Promise<Desk>;
}

export interface DeskOptions extends GlobalOptions {
  /** `--no-probe` */
  readonly probe?: boolean;
}

/** @throws CONFIG_* when the file cannot be edited: nobody is asked for what cannot be saved. */
export async function openDesk(cli: Cli, options: DeskOptions, prompts: Prompts): Promise<Desk> {
  const state = await readState(cli, options);
  const edit: EditOptions = { paths: state.paths, env: cli.env, manifests: state.plugins.manifests() };
  await configAfter(edit, {});
  return {
    cli,
    prompts,
    judge: await loadValueJudge(),
    state,
    edit,
    probes: options.probe !== false,
    configAfter: (patch) => configAfter(edit, patch),
    afresh: () => openDesk(cli, options, prompts),
  };
}
