import type { Message, Update } from "grammy/types";
import { describe, expect, test } from "vitest";
import { parseUpdate } from "./parse.ts";

const NOW_MS = 1_790_000_000_000;
const bot = { id: 42, username: "loong_bot", name: "Loong", seesGroups: false };
const ann = { id: 7, is_bot: false, first_name: "Ann", last_name: "Lee", username: "ann" };
const own = { id: 42, is_bot: true, first_name: "Loong", username: "loong_bot" };
const direct = { id: 7, type: "private", first_name: "Ann" };
const forum = { id: -1001234567890, type: "supergroup", title: "ops", is_forum: true };

/** In the shape of https://core.telegram.org/bots/api#message (read 2026-08). */
function messageUpdate(message: object): Update {
  return {
    update_id: 900,
    message: { message_id: 5, date: 1_789_999_990, from: ann, chat: direct, ...message } as unknown as Message &
      Update.NonChannel,
  };
}

function eventOf(update: Update) {
  const parsed = parseUpdate(update, bot, NOW_MS);
  if (parsed.kind !== "event") throw new Error(`ignored: ${parsed.reason}`);
  return parsed.event;
}

test("words in private", () => {
  expect(eventOf(messageUpdate({ text: "hello" }))).toEqual({
    eventId: "42:900",
    messageId: "7:5:42",
    kind: "message",
    conversation: { id: "7", type: "direct" },
    sender: { id: "7", name: "Ann Lee" },
    text: "hello",
    addressed: true,
    sentAtMs: 1_789_999_990_000,
  });
});

describe("in a group", () => {
  const mention = { text: "@loong_bot go", entities: [{ type: "mention", offset: 0, length: 10 }] };
  const opened = {
    message_id: 3,
    date: 1,
    chat: forum,
    from: own,
    message_thread_id: 3,
    forum_topic_created: { name: "t" },
  };

  test("only what names the bot or answers it is addressed", () => {
    const addressed = (message: object) => eventOf(messageUpdate({ chat: forum, ...message })).addressed;
    expect(addressed({ text: "so" })).toBe(false);
    expect(addressed(mention)).toBe(true);
    expect(addressed({ caption: mention.text, caption_entities: mention.entities, photo: [{ file_id: "a" }] })).toBe(
      true,
    );
    expect(addressed({ text: "so", reply_to_message: { message_id: 4, from: own, text: "x" } })).toBe(true);
    expect(addressed({ text: "so", reply_to_message: { message_id: 4, from: ann, text: "x" } })).toBe(false);
  });

  test("a topic is a thread, and its opening is no message to answer", () => {
    const event = eventOf(
      messageUpdate({
        chat: forum,
        text: "so",
        is_topic_message: true,
        message_thread_id: 3,
        reply_to_message: opened,
      }),
    );
    expect(event.conversation).toEqual({ id: "-1001234567890", type: "group", threadId: "3", title: "ops" });
    expect(event).toMatchObject({ addressed: false });
    expect(event).not.toHaveProperty("inReplyTo");
  });

  test("a reply names the message it answers; its thread outside of forums is no topic", () => {
    const event = eventOf(
      messageUpdate({
        chat: forum,
        text: "so",
        message_thread_id: 4,
        reply_to_message: { message_id: 4, from: ann, text: "x" },
      }),
    );
    expect(event.inReplyTo).toBe("-1001234567890:4");
    expect(event.conversation.threadId).toBeUndefined();
  });

  test("an administrator who hides behind the group speaks as the group", () => {
    const stand_in = { id: 1087968824, is_bot: true, first_name: "Group" };
    const { sender } = eventOf(messageUpdate({ chat: forum, from: stand_in, sender_chat: forum, text: "so" }));
    expect(sender).toEqual({ id: "-1001234567890", name: "ops" });
  });

  test("bots are told from people, and this one from others", () => {
    const { sender } = eventOf(messageUpdate({ chat: forum, from: { ...own, id: 43 }, text: "so" }));
    expect(sender).toMatchObject({ id: "43", isBot: true });
    expect(eventOf(messageUpdate({ chat: forum, from: own, text: "so" })).sender.isSelf).toBe(true);
  });
});

describe("attachments", () => {
  test.each([
    ["photo", [{ file_id: "small" }, { file_id: "big", file_size: 9 }], { kind: "image", ref: "big", sizeBytes: 9 }],
    [
      "document",
      { file_id: "d", file_name: "a.pdf", mime_type: "application/pdf" },
      { kind: "file", ref: "d", name: "a.pdf", mimeType: "application/pdf" },
    ],
    [
      "voice",
      { file_id: "v", duration: 3, mime_type: "audio/ogg" },
      { kind: "audio", ref: "v", mimeType: "audio/ogg", durationMs: 3_000 },
    ],
    ["audio", { file_id: "a" }, { kind: "audio", ref: "a" }],
    ["video", { file_id: "m" }, { kind: "video", ref: "m" }],
    ["video_note", { file_id: "n" }, { kind: "video", ref: "n" }],
  ])("%s", (type, file, expected) => {
    const event = eventOf(messageUpdate({ [type]: file, caption: "look" }));
    expect(event).toMatchObject({ text: "look", attachments: [expected] });
  });

  test("an animation is one video, though it comes as a document too", () => {
    const file = { file_id: "g" };
    expect(eventOf(messageUpdate({ animation: file, document: file })).attachments).toEqual([
      { kind: "video", ref: "g" },
    ]);
  });

  test("a sticker brings its emoji as words", () => {
    const event = eventOf(messageUpdate({ sticker: { file_id: "s", emoji: "👍" } }));
    expect(event).toMatchObject({ text: "👍", attachments: [{ kind: "sticker", ref: "s" }] });
  });

  test.each([
    [{ location: { latitude: 1.5, longitude: 2 } }, "[location: 1.5, 2]"],
    [{ venue: { title: "Bar", address: "Main St" }, location: {} }, "[place: Bar, Main St]"],
    [{ contact: { first_name: "Bo", phone_number: "+1" } }, "[contact: Bo +1]"],
    [{ poll: { question: "Tea?", options: [{ text: "yes" }, { text: "no" }] } }, "[poll: Tea? — yes / no]"],
    [{ dice: { emoji: "🎲", value: 4 } }, "[🎲 4]"],
  ])("%j is told in words", (message, text) => {
    expect(eventOf(messageUpdate(message)).text).toBe(text);
  });
});

describe("a press of a button", () => {
  const card = {
    message_id: 8,
    date: 1,
    chat: forum,
    is_topic_message: true,
    message_thread_id: 3,
    reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "deploy:yes" }]] },
  };
  const press = (query: object): Update =>
    ({
      update_id: 901,
      callback_query: { id: "q1", from: ann, data: "deploy:yes", message: card, ...query },
    }) as unknown as Update;

  test("is an action at the message with the button", () => {
    expect(eventOf(press({}))).toEqual({
      eventId: "42:901",
      messageId: "-1001234567890:8:q1",
      kind: "action",
      conversation: { id: "-1001234567890", type: "group", threadId: "3", title: "ops" },
      sender: { id: "7", name: "Ann Lee" },
      text: "[card action Yes: deploy:yes]",
      addressed: true,
      action: { cardMessageId: "-1001234567890:8", value: "deploy:yes" },
      inReplyTo: "-1001234567890:8",
      sentAtMs: NOW_MS,
    });
  });

  test("also where the message is too old to be shown", () => {
    expect(eventOf(press({ message: { chat: direct, message_id: 8, date: 0 } }))).toMatchObject({
      conversation: { id: "7", type: "direct" },
      text: "[card action: deploy:yes]",
    });
  });
});

test.each([
  ["an edit", { update_id: 1, edited_message: { text: "x" } }],
  ["a channel's post", { update_id: 1, channel_post: { text: "x" } }],
  ["a post forwarded to the channel's group", messageUpdate({ chat: forum, text: "x", is_automatic_forward: true })],
  ["a service message", messageUpdate({ chat: forum, new_chat_members: [ann] })],
  ["a migration", messageUpdate({ chat: { ...forum, type: "group" }, migrate_to_chat_id: -1001 })],
  ["a message of nobody", messageUpdate({ chat: forum, from: undefined, text: "x" })],
  ["an empty update", { update_id: 1 }],
  [
    "a button of a game",
    { update_id: 1, callback_query: { id: "q", from: ann, message: { chat: direct, message_id: 1 } } },
  ],
  ["a button outside of a chat", { update_id: 1, callback_query: { id: "q", from: ann, data: "x" } }],
])("%s is passed over", (_what, update) => {
  expect(parseUpdate(update as unknown as Update, bot, NOW_MS)).toMatchObject({ kind: "ignored" });
});

test.each([
  ["seconds", 1_789_999_990, 1_789_999_990_000],
  ["milliseconds", 1_789_999_990_123, 1_789_999_990_123],
  ["nothing", undefined, NOW_MS],
  ["zero", 0, NOW_MS],
])("a time in %s", (_what, date, expected) => {
  expect(eventOf(messageUpdate({ text: "x", date })).sentAtMs).toBe(expected);
});
