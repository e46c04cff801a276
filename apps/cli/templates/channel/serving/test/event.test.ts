import { expect, test } from "vitest";
import { inboundEvent, isWireEvent, type WireEvent } from "../src/inbound/event.ts";

// Replace this with an event captured from your platform: say when, and take names and ids out.
const event: WireEvent = {
  id: "evt-1",
  bot_id: "bot-1",
  message: {
    id: "msg-1",
    room: { id: "ops", type: "group" },
    sender: { id: "ada", name: "Ada", bot: false },
    text: "<@bot-1> what is the time?",
    sent_at: "2026-11-21T09:00:00.000Z",
  },
};

test("a mention is taken out of the text, and said by `addressed`", () => {
  expect(inboundEvent(event)).toMatchObject({ text: "what is the time?", addressed: true });
});

test("in a group, words for somebody else are not addressed to the bot", () => {
  const aside = { ...event, message: { ...event.message, text: "<@bob> lunch?" } };
  expect(inboundEvent(aside)).toMatchObject({ text: "<@bob> lunch?", addressed: false });
});

test("what the bot has said itself is marked", () => {
  const own = { ...event, message: { ...event.message, sender: { id: "bot-1", name: "Loong", bot: true } } };
  expect(inboundEvent(own).sender).toMatchObject({ isSelf: true });
});

test.each([
  ["nothing", undefined],
  ["another kind of event", { id: "evt-2", bot_id: "bot-1", joined: "ada" }],
  ["a room of a kind unknown", { ...event, message: { ...event.message, room: { id: "x", type: "forum" } } }],
])("%s is no message", (_, value) => {
  expect(isWireEvent(value)).toBe(false);
});
