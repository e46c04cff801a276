import type { GatewayStatus } from "@loong/api";
import type { Config, StatePaths } from "@loong/config";
import type { Gateway } from "@loong/gateway";
import type { Accounts } from "./accounts.ts";
import { isolationOf } from "./isolation/mode.ts";
import type { Ownership } from "./owner/index.ts";
import type { PluginLoader } from "./plugin-loader.ts";
import type { PluginCondition, PluginRecord, PluginSet } from "./plugins/index.ts";
import type { SafeMode } from "./safe-mode/safe-mode.ts";
import { isPluginEnabled } from "./state.ts";

export interface StatusParts {
  readonly paths: StatePaths;
  readonly config: () => Config;
  readonly plugins: PluginSet;
  readonly loader: PluginLoader;
  readonly ownership: Ownership;
  readonly accounts: Accounts;
  readonly gateway: Gateway;
  readonly safeMode: SafeMode;
}

/** The one truth behind `gateway status`, `/readyz` and `/metrics`. */
export async function gatewayStatus(parts: StatusParts): Promise<GatewayStatus> {
  const { accounts, gateway, ownership, paths, plugins, safeMode } = parts;
  const surfaces = accounts.surfaces();
  const { facts } = ownership;
  const { inbox, outbox, runningTurns, lanes } = await gateway.load();
  return {
    ...facts,
    running: true,
    ready: facts.phase === "running" && safeMode.reason === undefined && accounts.ready(),
    safeMode: safeModeOf(safeMode),
    stateDir: paths.home,
    configuredSurfaceCount: surfaces.length,
    runningSurfaceCount: accounts.readyCount(),
    surfaces: [...surfaces],
    queues: { inbox: { ...inbox }, outbox: { ...outbox }, runningTurns, lanes },
    plugins: plugins.statuses((record) => conditionOf(record, parts)),
  };
}

function safeModeOf({ reason }: SafeMode): GatewayStatus["safeMode"] {
  return reason === undefined ? null : { reason: `${reason.code}: ${reason.message}`, hint: reason.hint ?? "" };
}

function conditionOf(record: PluginRecord, { config, loader }: StatusParts): PluginCondition {
  const isEnabled = isPluginEnabled(config(), record.manifest.id);
  const condition = (isEnabled && loader.condition(record)) || { state: isEnabled ? "available" : "disabled" };
  return { isolation: isolationOf(record, config()), ...condition };
}
