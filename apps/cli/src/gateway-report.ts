import type { GatewayStatus } from "@loong/api";
import type { StatePaths } from "@loong/config";
import type { ClientOptions, ControlClient } from "@loong/host/control";
import { type OwnerReport, readOwner } from "@loong/host/owner";
import { isLoongError } from "@loong/sdk";

/** A status is asked for by people and by scripts in loops: it is there at once or not at all. */
const STATUS_TIMEOUT_MS = 5000;

/** How the gateway of this state directory is: in its own words when it answers, from what it left behind when not. */
export async function readGatewayStatus(paths: StatePaths): Promise<GatewayStatus> {
  const owner = await readOwner(paths);
  if (owner?.running !== true) return withoutGateway(paths, owner);
  try {
    return await (await connectTo(paths, { timeoutMs: STATUS_TIMEOUT_MS })).status();
  } catch (error) {
    if (!isLoongError(error) || !error.code.startsWith("CONTROL_")) throw error;
    return { ...withoutGateway(paths, owner), lastError: owner.phase === "starting" ? null : error.message };
  }
}

/** Loaded when somebody is there to be asked: the HTTP client costs as much as all the rest of a small command. */
export async function connectTo(paths: StatePaths, options: ClientOptions = {}): Promise<ControlClient> {
  const { connectControl } = await import("@loong/host/control");
  return connectControl(paths, options);
}

export async function isGatewayRunning(paths: StatePaths): Promise<boolean> {
  return (await readOwner(paths))?.running === true;
}

/** @param owner - Absent: no gateway ever ran here. */
function withoutGateway(paths: StatePaths, owner: OwnerReport | undefined): GatewayStatus {
  return {
    phase: owner?.phase ?? "stopped",
    running: owner?.running ?? false,
    ready: false,
    safeMode: null,
    pid: owner?.pid ?? null,
    mode: owner?.mode ?? null,
    session: owner?.session ?? null,
    version: owner?.version ?? null,
    configPath: owner?.configPath ?? null,
    stateDir: paths.home,
    logFile: owner?.logFile ?? null,
    startedAtMs: owner?.startedAtMs ?? null,
    stoppedAtMs: owner?.stoppedAtMs ?? null,
    shutdownReason: owner?.shutdownReason ?? null,
    lastError: owner?.lastError ?? null,
    address: owner?.address ?? null,
    port: owner?.port ?? null,
    socketPath: owner?.socketPath ?? null,
    configuredSurfaceCount: 0,
    runningSurfaceCount: 0,
    surfaces: [],
    queues: null,
    plugins: [],
  };
}
