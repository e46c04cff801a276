import type { InboundEvent } from "@loong/sdk";
import { expect, test } from "vitest";
import { never, openScene } from "../test/core-scene.ts";
import { createMemoryJournal } from "./memory.ts";

const settings = { maxPendingPerLane: 5, maxPendingTotal: 8 };

test("messages that are being stored count as waiting", async () => {
  const journal = createMemoryJournal();
  const scene = await openScene(journal, { settings, answer: never });
  const answers = await Promise.allSettled(Array.from({ length: 50 }, (_, index) => scene.says(`${index}`)));
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
  expect((await journal.list({ box: "inbox", limit: 100 })).length).toBe(5);
  await scene.gateway.drain(0);
});

test("a batch is taken whole or not at all, whatever its size when nothing waits", async () => {
  const journal = createMemoryJournal();
  const { gateway } = await openScene(journal, { settings, answer: never });
  const accept = (count: number, name: string) =>
    gateway.inbound("chat", "main").accept(Array.from({ length: count }, (_, index) => eventNamed(`${name}-${index}`)));
  await accept(7, "first");
  await expect(accept(1, "second")).rejects.toMatchObject({ code: "GATEWAY_OVERLOADED" });
  expect((await journal.counts()).inbox).toMatchObject({ new: 6, running: 1 });
  await gateway.drain(0);
});

function eventNamed(id: string): InboundEvent {
  return {
    eventId: id,
    messageId: id,
    kind: "message",
    conversation: { id: "room", type: "direct" },
    sender: { id: "ann" },
    text: id,
    addressed: true,
    sentAtMs: Date.now(),
  };
}
