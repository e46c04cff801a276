import { describe, expect, test } from "vitest";
import type { JsonObject } from "../link/json.ts";
import { parse } from "./parse.ts";

const facts = { botName: undefined, nowMs: 1_800_000_000_000 };
const base = {
  msgid: "m1",
  aibotid: "aib1",
  chattype: "single",
  from: { userid: "ann" },
  create_time: 1_700_000_000,
};
const message = (body: JsonObject) =>
  parse({ kind: "push", cmd: "aibot_msg_callback", reqId: "r1", body: { ...base, ...body } }, facts);
const event = (eventtype: string, body: JsonObject = {}, inner: JsonObject = {}) =>
  parse(
    {
      kind: "push",
      cmd: "aibot_event_callback",
      reqId: "r1",
      body: { ...base, msgtype: "event", ...body, event: { eventtype, [eventtype]: inner } },
    },
    facts,
  );

describe("a message", () => {
  test("in private", () => {
    expect(message({ msgtype: "text", text: { content: " hello " } })).toEqual({
      kind: "message",
      reqId: "r1",
      event: {
        eventId: "m1",
        messageId: "m1",
        kind: "message",
        conversation: { id: "ann", type: "direct" },
        sender: { id: "ann" },
        text: "hello",
        addressed: true,
        sentAtMs: 1_700_000_000_000,
      },
    });
  });

  test("in a group", () => {
    const said = message({ chattype: "group", chatid: "wr1", msgtype: "text", text: { content: "@Loong hello" } });
    expect(said).toMatchObject({ event: { conversation: { id: "wr1", type: "group" }, text: "hello" } });
  });

  test("in a new kind of chat counts as in a group", () => {
    const said = message({ chattype: "circle", chatid: "x1", msgtype: "text", text: { content: "hi" } });
    expect(said).toMatchObject({ event: { conversation: { id: "x1", type: "group" } } });
  });

  test("without a time has ours", () => {
    const said = message({ create_time: undefined, msgtype: "text", text: { content: "hi" } });
    expect(said).toMatchObject({ event: { sentAtMs: 1_800_000_000_000 } });
  });

  test("with pictures between the words", () => {
    const image = { msgtype: "image", image: { url: "https://x/1", aeskey: "k" } };
    const items = [{ msgtype: "text", text: { content: "one" } }, image, { msgtype: "text", text: { content: "two" } }];
    expect(message({ msgtype: "mixed", mixed: { msg_item: items } })).toMatchObject({
      event: { text: "one\ntwo", attachments: [{ kind: "image", ref: '["https://x/1","k"]' }] },
    });
  });

  test.each([
    ["text", { msgtype: "text", text: { content: "a\nb" } }, "> a\n> b\n\nso?", undefined],
    ["image", { msgtype: "image", image: { url: "https://x/1", aeskey: "k" } }, "> [image]\n\nso?", 1],
    ["voice", { msgtype: "voice", voice: { content: "spoken" } }, "> spoken\n\nso?", undefined],
  ])("that quotes: %s", (_what, quote, text, attachments) => {
    const said = message({ msgtype: "text", text: { content: "so?" }, quote });
    expect(said).toMatchObject({ event: { text } });
    expect(said.kind === "message" && said.event.attachments?.length).toBe(attachments);
  });

  test("of this bot is marked", () => {
    const said = message({ from: { userid: "aib1" }, msgtype: "text", text: { content: "hi" } });
    expect(said).toMatchObject({ event: { sender: { isSelf: true } } });
  });

  test.each([{ msgid: "" }, { from: {} }, { from: null }])("without ids is ignored: %j", (body) => {
    expect(message({ ...body, msgtype: "text", text: { content: "hi" } })).toMatchObject({ kind: "ignored" });
  });

  test.each([
    { msgtype: "text", text: null },
    { msgtype: "mixed", mixed: { msg_item: [1, null, "x"] } },
    { msgtype: "" },
  ])("that is broken inside is still taken: %j", (body) => {
    expect(message(body)).toMatchObject({ kind: "message" });
  });
});

describe("an event", () => {
  test("a click in private, without a chat", () => {
    const inner = {
      event_key: "yes",
      task_id: "t1",
      selected_items: { selected_item: [{ question_key: "q", option_ids: { option_id: ["a", "b"] } }] },
    };
    expect(event("template_card_event", {}, inner)).toMatchObject({
      kind: "click",
      event: {
        kind: "action",
        conversation: { id: "ann", type: "direct" },
        text: '[card action: yes {"q":["a","b"]}]',
        action: { cardMessageId: "t1", value: "yes", formValues: { q: ["a", "b"] } },
      },
    });
  });

  test.each([undefined, "", "group"])("a click that does not say that it is private is not (%j)", (chattype) => {
    expect(event("template_card_event", { chattype }, { event_key: "yes" })).toMatchObject({ kind: "ignored" });
    const inGroup = event("template_card_event", { chattype, chatid: "wr1" }, { event_key: "yes" });
    expect(inGroup).toMatchObject({ event: { conversation: { id: "wr1", type: "group" }, sender: { id: "ann" } } });
  });

  test("somebody opens the chat", () => {
    expect(event("enter_chat")).toEqual({ kind: "entered", eventId: "m1", reqId: "r1" });
  });

  test("somebody rates an answer", () => {
    expect(event("feedback_event", {}, { id: "s1", type: 2, content: "wrong" })).toEqual({
      kind: "feedback",
      feedback: { id: "s1", opinion: "dislike", words: "wrong" },
    });
  });

  test("nobody knows is ignored", () => {
    expect(event("auth_change_event")).toEqual({
      kind: "ignored",
      type: "auth_change_event",
      reason: "nothing to answer",
    });
  });
});
