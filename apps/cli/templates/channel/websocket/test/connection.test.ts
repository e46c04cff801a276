import type { Inbound } from "@loong/sdk";
import { expect, onTestFinished, test, vi } from "vitest";
import plugin from "../src/index.ts";
import { startHarness } from "./harness.ts";
import { host } from "./host.ts";

test("a lost connection ends `serve`, and what was not acknowledged comes on the next one", async () => {
  const { emulator, account } = await startHarness();
  const channel = plugin.open(account, host);
  onTestFinished(async () => {
    await channel.close();
    await emulator.close();
  });
  const texts: string[] = [];
  let isStoring = false;
  const inbound: Inbound = {
    async accept(events) {
      texts.push(...events.map(({ text }) => text));
      if (!isStoring) throw new Error("the disk is full");
      return events.map(() => "stored");
    },
    cursor: async () => undefined,
    report() {},
  };
  const { signal } = new AbortController();

  const first = channel.serve?.(inbound, signal);
  const said = emulator.say("is anybody there?");
  await vi.waitFor(() => expect(texts).toEqual(["is anybody there?"]));
  expect(emulator.delivery.dropConnections()).toBe(1);
  await expect(first).rejects.toMatchObject({ code: "ACME_CONNECTION_LOST" });

  isStoring = true;
  const second = channel.serve?.(inbound, signal);
  await vi.waitFor(() => expect(emulator.delivery.isAcknowledged(said.id)).toBe(true));
  expect(texts).toEqual(["is anybody there?", "is anybody there?"]);
  await channel.close();
  await second;
});
