import type { OutboundContent } from "@loong/sdk";
import { createTestHost } from "@loong/testkit";
import { expect, onTestFinished, test } from "vitest";
import plugin from "../src/index.ts";
import { startHarness } from "./harness.ts";

async function scene() {
  const harness = await startHarness();
  const host = createTestHost();
  const channel = plugin.open(harness.account, host);
  onTestFinished(async () => {
    await channel.close();
    host.close();
    await harness.close();
  });
  const send = (content: OutboundContent) =>
    channel.send({ idempotencyKey: "key1", to: harness.target, content }, AbortSignal.timeout(5_000));
  return { harness, send };
}

test("a card is shown as its words, and the receipt says what was lost", async () => {
  const { harness, send } = await scene();
  const receipt = await send({ type: "card", card: { anything: true }, fallbackText: "build 7 failed" });
  expect(receipt.degraded).toContain("no cards");
  expect(await harness.platform.sentMessages()).toMatchObject([{ text: "build 7 failed" }]);
});

test("a file is rejected for good instead of being left out", async () => {
  const { harness, send } = await scene();
  const file = { path: "report.pdf" };
  await expect(send({ type: "file", file })).rejects.toMatchObject({ code: "ACME_NO_FILES", outcome: "rejected" });
  expect(await harness.platform.sentMessages()).toEqual([]);
});
