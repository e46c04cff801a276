import type { GatewayStatus } from "@loong/api";
import { statePaths } from "@loong/config";
import { connectControl } from "@loong/host/control";
import { expect } from "vitest";
import type { Operator } from "./operator.ts";

/** What `loong gateway status --json` says. */
export async function gatewayStatus(operator: Operator): Promise<GatewayStatus> {
  return JSON.parse((await operator.types("loong gateway status --json")).stdout) as GatewayStatus;
}

/** The same of a gateway that runs, without a command that has to start for each look. @throws while none listens. */
export function statusAtSocket(home: string): Promise<GatewayStatus> {
  return connectControl(statePaths({ LOONG_HOME: home })).status();
}

/** Waits for a gateway that was started here, however long processes take to start. */
export async function untilRunning(home: string): Promise<void> {
  await expect.poll(() => statusAtSocket(home), { timeout: 60_000 }).toMatchObject({ phase: "running" });
}

/** Waits until the served accounts are in these states, in the order of the status. */
export async function untilStates(operator: Operator, states: readonly string[]): Promise<void> {
  const seen = async () => (await statusAtSocket(operator.home)).surfaces.map(({ state }) => state);
  await expect.poll(seen, { timeout: 30_000 }).toEqual(states);
}
