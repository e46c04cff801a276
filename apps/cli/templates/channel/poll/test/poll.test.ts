import type { Inbound, InboundEvent } from "@loong/sdk";
import { expect, onTestFinished, test, vi } from "vitest";
import plugin from "../src/index.ts";
import { startHarness } from "./harness.ts";
import { host } from "./host.ts";

/** Serves until `stop`, and keeps what came, as a gateway does. */
function serve(account: Parameters<typeof plugin.open>[0], stored: { cursor?: string; texts: string[] }) {
  const abort = new AbortController();
  const channel = plugin.open(account, host);
  const inbound: Inbound = {
    async accept(events: readonly InboundEvent[], cursor) {
      stored.texts.push(...events.map(({ text }) => text));
      if (cursor !== undefined) stored.cursor = cursor;
      return events.map(() => "stored");
    },
    cursor: async () => stored.cursor,
    report() {},
  };
  const ended = channel.serve?.(inbound, abort.signal);
  return async function stop() {
    abort.abort();
    await ended;
    await channel.close();
  };
}

test("after a restart, polling goes on behind what was stored", async () => {
  const { emulator, account } = await startHarness();
  onTestFinished(() => emulator.close());
  const stored: { cursor?: string; texts: string[] } = { texts: [] };
  const stop = serve(account, stored);
  emulator.say("before");
  await vi.waitFor(() => expect(stored.texts).toEqual(["before"]));
  await stop();
  emulator.say("while nobody listened");
  const stopAgain = serve(account, stored);
  await vi.waitFor(() => expect(stored.texts).toEqual(["before", "while nobody listened"]));
  await stopAgain();
});
