import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { eventually, quietMoment } from "../checks/waiting.ts";
import type { ChannelContext } from "./context.ts";

/** Words that nobody else says: letters and digits only, so that no platform changes them. */
export function someWords(): string {
  return `w${randomBytes(6).toString("hex")}`;
}

export function someKey(): string {
  return randomBytes(20).toString("hex");
}

/** Seen in exactly so many messages, also a moment later. */
export async function expectShown<Account>(
  context: ChannelContext<Account>,
  words: string,
  times: number,
): Promise<void> {
  await eventually(`"${words}" is shown ${times} times`, async () => (await context.shown(words)).length >= times);
  await quietMoment();
  expect(await context.shown(words), `what shows "${words}"`).toHaveLength(times);
}
