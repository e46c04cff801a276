import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { OutboundContent } from "@loong/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChatHandle, UserHandle } from "@loong/telegram/emulator";
import { type Stage, botMessages, botToken, newKey, never, setUp } from "./account.ts";

let stage: Stage;
let ann: UserHandle;
let chat: ChatHandle;

beforeEach(async () => {
  stage = await setUp();
  ann = stage.emulator.user("Ann");
  chat = stage.emulator.directChat(ann, botToken);
});
afterEach(() => stage.close());

const markdown = (text: string): OutboundContent => ({ type: "markdown", markdown: text });
const send = (content: OutboundContent, more: object = {}) =>
  stage.channel.send({ idempotencyKey: newKey(), to: String(chat.chatId), content, ...more }, never);
const shown = (where: ChatHandle = chat) => botMessages(stage.emulator, where);
const sends = () => stage.emulator.requests().filter(({ method }) => method === "sendMessage");
const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489", "hex");

describe("targets", () => {
  test("are chats, topics and names of public groups", async () => {
    const forum = stage.emulator.group("dev", [ann], [botToken], { forum: true, username: "dev_room" });
    const { threadId } = stage.emulator.topic(forum, "releases");
    for (const to of [String(forum.chatId), `${forum.chatId}:${threadId}`, "@dev_room"])
      await send(markdown(to), { to });
    expect(shown(forum).map(({ threadId: thread }) => thread)).toEqual([undefined, threadId, undefined]);
  });

  test.each([
    ["987654321", "TELEGRAM_CHAT_NOT_FOUND"],
    ["@nobody_here", "TELEGRAM_CHAT_NOT_FOUND"],
    ["Ann", "TELEGRAM_TARGET_FORM"],
  ])("%s is refused", async (to, code) => {
    await expect(send(markdown("hi"), { to })).rejects.toMatchObject({ code, outcome: "rejected" });
  });

  test("who blocked the bot, or threw it out, is not written to", async () => {
    const group = stage.emulator.group("ops", [ann], [botToken]);
    stage.emulator.block(ann, botToken);
    stage.emulator.kick(group, botToken);
    await expect(send(markdown("hi"))).rejects.toMatchObject({ code: "TELEGRAM_BLOCKED", outcome: "rejected" });
    await expect(send(markdown("hi"), { to: String(group.chatId) })).rejects.toMatchObject({
      code: "TELEGRAM_NOT_IN_CHAT",
      outcome: "rejected",
    });
  });
});

describe("words", () => {
  test("go out as text with entities, never with a parse mode", async () => {
    await send(markdown("# Title\n\n**bold** `code` [link](https://example.com) 🙂 *x*"));
    expect(shown()[0]).toMatchObject({ text: "Title\n\nbold code link 🙂 x" });
    expect(shown()[0]?.entities.map(({ type }) => type)).toEqual(["bold", "bold", "code", "text_link", "italic"]);
    expect(sends()[0]?.params).not.toHaveProperty("parse_mode");
  });

  test("text is shown word for word", async () => {
    await send({ type: "text", text: "**not bold** <b>" });
    expect(shown()[0]).toMatchObject({ text: "**not bold** <b>", entities: [] });
  });

  test("formatting that is refused is left out, and the receipt says so", async () => {
    stage.emulator.inject({
      path: "sendMessage",
      contains: '"entities"',
      action: { status: 400, description: "Bad Request: can't parse entities: too many" },
    });
    const receipt = await send(markdown("**hi**"));
    expect(receipt.degraded).toBe("formatting refused, sent as plain text");
    expect(shown()).toMatchObject([{ text: "hi", entities: [] }]);
  });

  test("previews of links can be turned off", async () => {
    const channel = stage.open({ linkPreviews: false });
    await channel.send(
      { idempotencyKey: newKey(), to: String(chat.chatId), content: markdown("https://a.example") },
      never,
    );
    expect(sends()[0]?.params).toMatchObject({ link_preview_options: { is_disabled: true } });
  });

  test("that are too long are refused for good", async () => {
    await expect(send({ type: "text", text: "x".repeat(4_097) })).rejects.toMatchObject({ code: "TELEGRAM_TOO_LONG" });
  });
});

describe("answers", () => {
  test("hang on the message they answer in groups, in its topic, and stand alone between two", async () => {
    const forum = stage.emulator.group("dev", [ann], [botToken], { forum: true });
    const { threadId } = stage.emulator.topic(forum, "releases");
    const asked = stage.emulator.say(forum, ann, "@loong_bot?", { mentions: [botToken], threadId });
    const inReplyTo = `${forum.chatId}:${asked.messageId}`;
    await send(markdown("there"), { to: String(forum.chatId), threadId: String(threadId), inReplyTo });
    expect(shown(forum)).toMatchObject([{ text: "there", threadId, parentId: asked.messageId }]);
    const said = stage.emulator.say(chat, ann, "hi");
    await send(markdown("hello"), { inReplyTo: `${chat.chatId}:${said.messageId}` });
    expect(shown()).toMatchObject([{ text: "hello", parentId: undefined }]);
  });

  test("go out although the message was deleted", async () => {
    const group = stage.emulator.group("ops", [ann], [botToken]);
    const said = stage.emulator.say(group, ann, "oops");
    stage.emulator.remove(group, said.messageId);
    await send(markdown("hi"), { to: String(group.chatId), inReplyTo: `${group.chatId}:${said.messageId}` });
    expect(shown(group)).toMatchObject([{ text: "hi", parentId: undefined }]);
  });

  test("go to the chat when the topic is gone", async () => {
    const forum = stage.emulator.group("dev", [ann], [botToken], { forum: true });
    const receipt = await send(markdown("hi"), { to: String(forum.chatId), threadId: "4711" });
    expect(receipt.degraded).toBe("sent to the chat, not to the topic");
    expect(shown(forum)).toMatchObject([{ text: "hi", threadId: undefined }]);
  });

  test("the general topic is no topic", async () => {
    const forum = stage.emulator.group("dev", [ann], [botToken], { forum: true });
    await send(markdown("hi"), { to: String(forum.chatId), threadId: "1" });
    expect(sends()[0]?.params).not.toHaveProperty("message_thread_id");
  });

  test("follow a group that became a supergroup, also in a process that has not seen it", async () => {
    const group = stage.emulator.group("small", [ann], [botToken], { type: "group" });
    const now = stage.emulator.migrate(group);
    const first = await send(markdown("one"), { to: String(group.chatId) });
    expect(first).toMatchObject({
      messageId: expect.stringContaining(`${now.chatId}:`),
      degraded: `the chat is now ${now.chatId}`,
    });
    expect(await send(markdown("two"), { to: String(group.chatId) })).not.toHaveProperty("degraded");
    expect(shown(now).map(({ text }) => text)).toEqual(["one", "two"]);
    expect(sends()).toHaveLength(3);
  });
});

describe("what became of it", () => {
  test("a rate limit is a wait", async () => {
    stage.emulator.inject({ path: "sendMessage", times: 1, action: { retryAfterSeconds: 7 } });
    await expect(send(markdown("hi"))).rejects.toMatchObject({
      code: "TELEGRAM_RATE_LIMITED",
      outcome: "not-sent",
      retryAfterMs: 7_000,
    });
    expect(shown()).toEqual([]);
  });

  test.each([
    ["the answer is lost", "reset-after", "TELEGRAM_NO_ANSWER", 1],
    ["half of the answer comes", "truncated", "TELEGRAM_BAD_ANSWER", 1],
    ["the socket breaks", "reset-before", "TELEGRAM_NO_ANSWER", 0],
    ["a proxy answers", "html", "TELEGRAM_BAD_ANSWER", 0],
    ["the server fails", { status: 500, description: "Internal Server Error" }, "TELEGRAM_SERVER_ERROR", 0],
  ] as const)("is unknown when %s, and nothing is sent again", async (_what, action, code, count) => {
    await send(markdown("warm"));
    stage.emulator.inject({ path: "sendMessage", times: 1, action });
    await expect(send(markdown("hi"))).rejects.toMatchObject({ code, outcome: "unknown" });
    expect(sends()).toHaveLength(2);
    expect(shown().filter(({ text }) => text === "hi")).toHaveLength(count);
  });

  test("is not sent when nobody listens, or nobody of that name is known", async () => {
    const closed = stage.open({ baseUrl: "http://127.0.0.1:1" });
    const unknown = stage.open({ baseUrl: "https://no-such-host.invalid" });
    for (const channel of [closed, unknown]) {
      const sent = channel.send({ idempotencyKey: newKey(), to: "7", content: markdown("hi") }, never);
      await expect(sent).rejects.toMatchObject({ code: "TELEGRAM_UNREACHABLE", outcome: "not-sent" });
    }
  });

  test("is not sent when the handshake breaks off", async () => {
    const server = createServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const channel = stage.open({ baseUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
    const sent = channel.send({ idempotencyKey: newKey(), to: "7", content: markdown("hi") }, never);
    await expect(sent).rejects.toMatchObject({ code: "TELEGRAM_UNREACHABLE", outcome: "not-sent" });
    server.close();
  });

  test("is not sent when it was called off before", async () => {
    const message = { idempotencyKey: newKey(), to: String(chat.chatId), content: markdown("hi") };
    await expect(stage.channel.send(message, AbortSignal.abort())).rejects.toMatchObject({ outcome: "not-sent" });
    expect(sends()).toEqual([]);
  });
});

describe("cards", () => {
  const card = { text: "Deploy?", reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "yes" }]] } };

  test("go out as they are", async () => {
    await send({ type: "card", card, fallbackText: "Deploy? (yes)" });
    expect(shown()[0]).toMatchObject({ text: "Deploy?", buttons: [[{ text: "Yes", callbackData: "yes" }]] });
  });

  test("that are refused become their words", async () => {
    const long = {
      text: "Deploy?",
      reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "y".repeat(65) }]] },
    };
    const receipt = await send({ type: "card", card: long, fallbackText: "Deploy? (yes)" });
    expect(receipt.degraded).toContain("plain text");
    expect(shown()).toMatchObject([{ text: "Deploy? (yes)", buttons: [] }]);
  });

  test.each([
    ["a text", "x"],
    ["without words", { reply_markup: {} }],
    ["with empty words", { text: "" }],
  ])("%s are none", async (_what, wrong) => {
    await expect(send({ type: "card", card: wrong, fallbackText: "x" })).rejects.toMatchObject({
      code: "TELEGRAM_CARD_FORM",
      outcome: "rejected",
    });
  });
});

describe("files", () => {
  const file = (name: string, bytes: Buffer) => {
    const path = join(stage.directory, name);
    writeFileSync(path, bytes);
    return { path };
  };

  test("pictures are photos, other files documents with their name", async () => {
    await send({ type: "image", file: file("a.png", PNG) });
    const words = Buffer.from("Größe;名称\n");
    await send({ type: "file", file: { ...file("b", words), name: 'Größe; "名称".csv' } });
    expect(shown().map(({ type }) => type)).toEqual(["photo", "document"]);
    expect(shown()[0]?.file?.bytes).toEqual(PNG);
    expect(Buffer.from(shown()[1]?.file?.bytes ?? [])).toEqual(words);
    expect(shown()[1]?.file?.name).toMatch(/^Größe; .*名称.*\.csv$/);
  });

  test("large ones are streamed", async () => {
    const bytes = Buffer.alloc(5_000_000, "loong");
    await send({ type: "file", file: file("big.bin", bytes) });
    expect(Buffer.from(shown()[0]?.file?.bytes ?? []).equals(bytes)).toBe(true);
  });

  test("a picture that Telegram refuses as a photo is sent as a file", async () => {
    stage.emulator.inject({
      path: "sendPhoto",
      action: { status: 400, description: "Bad Request: PHOTO_INVALID_DIMENSIONS" },
    });
    const receipt = await send({ type: "image", file: file("a.png", PNG) });
    expect(receipt.degraded).toBe("refused as a photo, sent as a file");
    expect(shown()).toMatchObject([{ type: "document" }]);
  });

  test("go to the chat when the topic is gone", async () => {
    const forum = stage.emulator.group("dev", [ann], [botToken], { forum: true });
    await send({ type: "file", file: file("a.txt", PNG) }, { to: `${forum.chatId}:4711` });
    expect(shown(forum)).toMatchObject([{ type: "document", threadId: undefined }]);
  });

  test("that cannot be read, or are empty, are refused before anything is sent", async () => {
    await expect(send({ type: "file", file: { path: join(stage.directory, "none") } })).rejects.toMatchObject({
      code: "TELEGRAM_FILE_UNREADABLE",
      outcome: "rejected",
    });
    await expect(send({ type: "file", file: { path: stage.directory } })).rejects.toMatchObject({
      outcome: "rejected",
    });
    await expect(send({ type: "image", file: file("empty.png", Buffer.alloc(0)) })).rejects.toMatchObject({
      code: "TELEGRAM_FILE_SIZE",
    });
    expect(stage.emulator.requests()).toEqual([]);
  });
});

describe("edits", () => {
  const edit = (messageId: string, content: OutboundContent) =>
    stage.channel.edit!.edit(
      { conversationId: String(chat.chatId), messageId },
      { idempotencyKey: newKey(), to: String(chat.chatId), content },
      never,
    );

  test("replace the words; the same words are a success", async () => {
    const { messageId } = await send(markdown("first"));
    await edit(messageId, markdown("**second**"));
    await edit(messageId, markdown("**second**"));
    expect(shown()).toMatchObject([{ text: "second", history: ["first", "second"], entities: [{ type: "bold" }] }]);
  });

  test("of what is gone, or is no text, are refused", async () => {
    const { messageId } = await send(markdown("first"));
    stage.emulator.remove(chat, Number(messageId.split(":")[1]));
    await expect(edit(messageId, markdown("x"))).rejects.toMatchObject({ code: "TELEGRAM_MESSAGE_GONE" });
    await expect(edit(messageId, { type: "image", file: { path: "x.png" } })).rejects.toMatchObject({
      code: "TELEGRAM_EDIT_KIND",
    });
    await expect(edit("om_1", markdown("x"))).rejects.toMatchObject({ code: "TELEGRAM_MESSAGE_REF" });
  });
});
