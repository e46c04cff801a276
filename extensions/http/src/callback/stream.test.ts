import { expect, test } from "vitest";
import type { Callback } from "./callback.ts";
import { type CallbackEvent, MAX_TEXT_LENGTH } from "./events.ts";
import { nameOf, previewOf } from "./preview-name.ts";
import { streamOver } from "./stream.ts";

const signal = new AbortController().signal;
const longest = "x".repeat(128);

function recording(): { readonly callback: Callback; readonly events: CallbackEvent[] } {
  const events: CallbackEvent[] = [];
  const callback: Callback = {
    origin: "https://app.example.com",
    post: async (event) => void events.push(event),
    close: () => undefined,
  };
  return { callback, events };
}

test("a preview's name says all that a later process needs, within 512 characters", () => {
  const preview = {
    id: `preview-${"k".repeat(50)}`,
    inReplyTo: longest,
    conversation: { id: longest, threadId: longest },
  };
  expect(nameOf(preview).length).toBeLessThanOrEqual(512);
  expect(previewOf(nameOf(preview))).toEqual(preview);
  const without = { ...preview, conversation: { id: 'room 7, "quoted" 你好' } };
  expect(previewOf(nameOf(without))).toEqual(without);
});

test("a name that was not given here is an error, not a preview somewhere", () => {
  expect(() => previewOf("om_123")).toThrow(expect.objectContaining({ code: "CALLBACK_PREVIEW_UNREADABLE" }));
});

test("revisions grow with the clock, over restarts too", async () => {
  const { callback, events } = recording();
  let nowMs = 100;
  const place = { conversation: { id: "c", type: "direct" as const }, messageId: "m1", idempotencyKey: "k1" };
  const first = await streamOver(callback, { now: () => nowMs }).open(place, "one", signal);
  nowMs = 200;
  const later = streamOver(callback, { now: () => nowMs });
  expect(await later.update(first, "one two", signal)).toBe(first);
  nowMs = 300;
  await later.discard(first, signal);
  expect(events).toEqual([
    {
      type: "preview",
      id: "preview-k1",
      conversation: { id: "c" },
      format: "markdown",
      text: "one",
      inReplyTo: "m1",
      revision: 100,
    },
    {
      type: "preview",
      id: "preview-k1",
      conversation: { id: "c" },
      format: "markdown",
      text: "one two",
      inReplyTo: "m1",
      revision: 200,
    },
    { type: "discard", id: "preview-k1", conversation: { id: "c" }, revision: 300 },
  ]);
});

test("more than one message carries is cut, and no character with it", async () => {
  const { callback, events } = recording();
  const place = {
    conversation: { id: "c", type: "group" as const, threadId: "t" },
    messageId: "m1",
    idempotencyKey: "k1",
  };
  const stream = streamOver(callback, { now: () => 1 });
  for (const text of ["🚀".repeat(MAX_TEXT_LENGTH), `a${"🚀".repeat(MAX_TEXT_LENGTH)}`])
    await stream.open(place, text, signal);
  for (const event of events) {
    const text = "text" in event ? event.text : "";
    expect(text.length).toBeLessThanOrEqual(MAX_TEXT_LENGTH);
    expect(text.length).toBeGreaterThan(MAX_TEXT_LENGTH - 3);
    expect(text.isWellFormed()).toBe(true);
  }
});
