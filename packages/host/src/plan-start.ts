import { statSync } from "node:fs";
import type { AccountConfig } from "@loong/config";
import { requireUsableConfig } from "./config-fitness.ts";
import { hostErrors } from "./errors.ts";
import type { HostOptions } from "./options.ts";
import { selectAccounts, type Wish } from "./selection/select.ts";
import { type HostState, readState } from "./state.ts";

/** What a gateway that starts now would serve. */
export interface StartPlan extends HostState {
  readonly selected: readonly AccountConfig[];
}

const OTHERS_WRITE = 0o002;

/**
 * Everything that can be wrong with a wish before anything is locked or opened.
 *
 * @throws HOST_WRITABLE_BY_ALL, GATEWAY_CONFIG_UNUSABLE, GATEWAY_SELECTOR_*, GATEWAY_CHANNEL_UNCONFIGURED, HOST_PLUGIN_DISABLED, HOST_ACCOUNT_UNUSABLE
 */
export async function planStart(options: HostOptions & Wish): Promise<StartPlan> {
  const state = await readState(options);
  for (const path of [state.paths.home, state.config.file.path]) refuseWritableByAll(path);
  const config = requireUsableConfig(state.config);
  return { ...state, selected: selectAccounts(config, state.plugins, options) };
}

/** Who may write here decides what is run: plugins, and commands that give secrets. */
function refuseWritableByAll(path: string): void {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & OTHERS_WRITE) !== 0) throw hostErrors.HOST_WRITABLE_BY_ALL([path]);
}
