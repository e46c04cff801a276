import type { GatewayStatus } from "@loong/api";

/** What a gateway writes about itself, so that other processes need not ask it. Absent facts are `null`. */
export type OwnerFacts = Pick<
  GatewayStatus,
  | "phase"
  | "pid"
  | "mode"
  | "session"
  | "version"
  | "configPath"
  | "startedAtMs"
  | "stoppedAtMs"
  | "port"
  | "address"
  | "socketPath"
  | "logFile"
  | "shutdownReason"
  | "lastError"
>;

/** The facts, and whether their gateway is alive at this moment. */
export interface OwnerReport extends OwnerFacts {
  readonly running: boolean;
}

/** Facts of a gateway that said nothing yet. */
export function noFacts(phase: OwnerFacts["phase"]): OwnerFacts {
  return {
    phase,
    pid: null,
    mode: null,
    session: null,
    version: null,
    configPath: null,
    startedAtMs: null,
    stoppedAtMs: null,
    port: null,
    address: null,
    socketPath: null,
    logFile: null,
    shutdownReason: null,
    lastError: null,
  };
}
