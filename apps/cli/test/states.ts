import type { GatewayStatus } from "@loong/api";
import { expect } from "vitest";
import type { Operator } from "./operator.ts";

/** What `loong gateway status --json` says. */
export async function gatewayStatus(operator: Operator): Promise<GatewayStatus> {
  return JSON.parse((await operator.types("loong gateway status --json")).stdout) as GatewayStatus;
}

/** Waits until the served accounts are in these states, in the order of the status. */
export async function untilStates(operator: Operator, states: readonly string[]): Promise<void> {
  const seen = async () => (await gatewayStatus(operator)).surfaces.map(({ state }) => state);
  await expect.poll(seen, { timeout: 30_000, interval: 300 }).toEqual(states);
}
