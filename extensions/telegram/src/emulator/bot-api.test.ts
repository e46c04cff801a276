import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { botClient, PNG, type BotAnswer, type BotClient } from "../../test/emulator/bot-client.ts";
import { DEFAULT_BOT, startTelegramEmulator, type ChatHandle, type TelegramEmulator } from "./index.ts";

const BOT = DEFAULT_BOT.username;

interface SentMessage {
  readonly message_id: number;
  readonly [field: string]: unknown;
}

let emulator: TelegramEmulator;
let bot: BotClient;
let direct: ChatHandle;
let ops: ChatHandle;

beforeEach(async () => {
  emulator = await startTelegramEmulator();
  bot = botClient(emulator.url);
  direct = emulator.directChat("Ada", BOT);
  ops = emulator.group("Ops", ["Ada"], [BOT]);
});
afterEach(() => emulator.close());

const send = (text: string, more: object = {}): Promise<BotAnswer<SentMessage>> =>
  bot<SentMessage>("sendMessage", { chat_id: direct.chatId, text, ...more });
const edit = (message_id: number, text: string, more: object = {}): Promise<BotAnswer<SentMessage>> =>
  bot<SentMessage>("editMessageText", { chat_id: direct.chatId, message_id, text, ...more });

describe("the ways to call", () => {
  const path = `/bot${DEFAULT_BOT.token}`;
  const answerOf = async (response: Response): Promise<unknown> => response.json();

  test("query, JSON, form and multipart say the same", async () => {
    const fields = { chat_id: String(direct.chatId), text: "hi" };
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const url = `${emulator.url}${path}/sendMessage`;
    const answers = [
      await fetch(`${url}?${new URLSearchParams(fields).toString()}`),
      await fetch(url, { method: "POST", body: new URLSearchParams(fields) }),
      await fetch(url, { method: "POST", body: form }),
      await fetch(url, {
        method: "POST",
        body: JSON.stringify(fields),
        headers: { "content-type": "application/json" },
      }),
    ];
    for (const answer of answers) expect(await answerOf(answer)).toMatchObject({ ok: true, result: { text: "hi" } });
  });

  test("methods are known in any case, tokens and methods nobody has are refused", async () => {
    expect(await answerOf(await fetch(`${emulator.url}${path}/GETME`))).toMatchObject({
      result: { id: 123456, is_bot: true, username: BOT, can_read_all_group_messages: false },
    });
    expect(await answerOf(await fetch(`${emulator.url}${path}/noSuchThing`))).toEqual({
      ok: false,
      error_code: 404,
      description: "Not Found: method not found",
    });
    expect(await answerOf(await fetch(`${emulator.url}/bot999:wrong-token-AAAAAAAAAA/getMe`))).toEqual({
      ok: false,
      error_code: 401,
      description: "Unauthorized",
    });
    expect((await fetch(`${emulator.url}/bot!!/getMe`)).status).toBe(401);
  });

  test("every call is logged without the token's secret", async () => {
    await send("seen");
    const [request] = emulator.requests();
    expect(request).toMatchObject({
      method: "sendMessage",
      path: "/bot123456:***/sendMessage",
      params: { text: "seen" },
      status: 200,
    });
    expect(JSON.stringify(emulator.requests())).not.toContain("emulator-token");
  });
});

describe("a text", () => {
  test("has 1 to 4096 UTF-16 units once parsed", async () => {
    expect((await send("😀".repeat(2048))).ok).toBe(true);
    expect((await send(`<b>${"x".repeat(4096)}</b>`, { parse_mode: "HTML" })).ok).toBe(true);
    expect(await send("x".repeat(4097))).toMatchObject({
      status: 400,
      description: "Bad Request: message is too long",
    });
    expect(await send(" \n ")).toMatchObject({ status: 400, description: "Bad Request: message text is empty" });
    expect(await bot("sendMessage", { chat_id: direct.chatId })).toMatchObject({
      description: "Bad Request: message text is empty",
    });
  });

  test("may hold up to 1024 as a caption", async () => {
    const photo = (caption: string): Promise<BotAnswer> => {
      const form = new FormData();
      form.set("chat_id", String(direct.chatId));
      form.set("photo", new Blob([PNG]), "a.png");
      form.set("caption", caption);
      return bot("sendPhoto", form);
    };
    expect((await photo("x".repeat(1024))).ok).toBe(true);
    expect(await photo("x".repeat(1025))).toMatchObject({ description: "Bad Request: message caption is too long" });
  });

  test("answers a message that is there, or says there is none", async () => {
    const { messageId } = emulator.say(direct, "Ada", "question");
    const answer = await send("answer", { reply_parameters: { message_id: messageId } });
    expect(answer.result["reply_to_message"]).toMatchObject({ text: "question" });
    expect(emulator.shows(direct).at(-1)?.parentId).toBe(messageId);
    expect(await send("x", { reply_parameters: { message_id: 999 } })).toMatchObject({
      description: "Bad Request: message to be replied not found",
    });
    expect((await send("x", { reply_parameters: { message_id: 999, allow_sending_without_reply: true } })).ok).toBe(
      true,
    );
  });

  test("is edited, with its history kept, unless nothing changes", async () => {
    const { result } = await send("one");
    expect((await edit(result.message_id, "two")).result).toMatchObject({
      text: "two",
      edit_date: expect.any(Number) as number,
    });
    expect(await edit(result.message_id, "two")).toMatchObject({
      description:
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message",
    });
    expect(await edit(999, "x")).toMatchObject({ description: "Bad Request: message to edit not found" });
    expect(emulator.shows(direct)).toMatchObject([{ text: "two", history: ["one", "two"] }]);
    const { messageId } = emulator.say(direct, "Ada", "mine");
    expect(await edit(messageId, "x")).toMatchObject({ description: "Bad Request: message can't be edited" });
  });

  test("is deleted, if young", async () => {
    const { result } = await send("old");
    const { result: young } = await send("young");
    emulator.advance(49 * 3600 * 1000);
    expect(await bot("deleteMessage", { chat_id: direct.chatId, message_id: result.message_id })).toMatchObject({
      description: "Bad Request: message can't be deleted",
    });
    emulator.clearFaults();
    const { result: fresh } = await send("fresh");
    expect(await bot("deleteMessages", { chat_id: direct.chatId, message_ids: [fresh.message_id] })).toMatchObject({
      result: true,
    });
    expect(await bot("deleteMessage", { chat_id: direct.chatId, message_id: fresh.message_id })).toMatchObject({
      description: "Bad Request: message to delete not found",
    });
    expect(emulator.shows(direct).map(({ messageId, deleted, text }) => [messageId, deleted, text])).toEqual([
      [result.message_id, false, "old"],
      [young.message_id, false, "young"],
      [fresh.message_id, true, ""],
    ]);
  });
});

describe("where a bot may write", () => {
  const to = (chat_id: unknown, more: object = {}): Promise<BotAnswer> =>
    bot("sendMessage", { chat_id, text: "x", ...more });

  test("not to strangers", async () => {
    expect(await to(42)).toMatchObject({ status: 400, description: "Bad Request: chat not found" });
    expect(await to("")).toMatchObject({ description: "Bad Request: chat_id is empty" });
    const bo = emulator.user("Bo");
    emulator.group("Both", ["Bo"], [BOT]);
    expect(await to(bo.userId)).toMatchObject({
      status: 403,
      description: "Forbidden: bot can't initiate conversation with a user",
    });
  });

  test("not to who blocked it, nor where it was thrown out", async () => {
    const { updateIds } = { updateIds: emulator.block("Ada", BOT) };
    expect(Object.keys(updateIds)).toEqual(["123456"]);
    expect(await to(direct.chatId)).toMatchObject({
      status: 403,
      description: "Forbidden: bot was blocked by the user",
    });
    emulator.unblock("Ada", BOT);
    expect((await to(direct.chatId)).ok).toBe(true);
    emulator.kick(ops, BOT);
    expect(await to(ops.chatId)).toMatchObject({
      status: 403,
      description: "Forbidden: bot was kicked from the supergroup chat",
    });
  });

  test("to the supergroup a group became", async () => {
    const old = emulator.group("Old", ["Ada"], [BOT], { type: "group" });
    const next = emulator.migrate(old);
    expect(await to(old.chatId)).toMatchObject({
      status: 400,
      description: "Bad Request: group chat was upgraded to a supergroup chat",
      parameters: { migrate_to_chat_id: next.chatId },
    });
    expect((await to(next.chatId)).ok).toBe(true);
    const notes = emulator.updates(BOT).map(({ payload }) => payload);
    expect(notes[0]).toMatchObject({ migrate_to_chat_id: next.chatId, chat: { id: old.chatId } });
    expect(notes[1]).toMatchObject({ migrate_from_chat_id: old.chatId, chat: { id: next.chatId } });
  });

  test("into topics that are there and open", async () => {
    const forum = emulator.group("Forum", ["Ada"], [BOT], { forum: true });
    emulator.promote(forum, BOT);
    const { threadId } = emulator.topic(forum, "News");
    expect((await to(forum.chatId, { message_thread_id: threadId })).result).toMatchObject({
      message_thread_id: threadId,
      is_topic_message: true,
    });
    for (const missing of [1, 999])
      expect(await to(forum.chatId, { message_thread_id: missing })).toMatchObject({
        description: "Bad Request: message thread not found",
      });
    await bot("closeForumTopic", { chat_id: forum.chatId, message_thread_id: threadId });
    expect(await to(forum.chatId, { message_thread_id: threadId })).toMatchObject({
      description: "Bad Request: TOPIC_CLOSED",
    });
    expect((await bot("createForumTopic", { chat_id: forum.chatId, name: "More" })).result).toMatchObject({
      name: "More",
    });
    expect(await to(direct.chatId, { message_thread_id: 5 })).toMatchObject({
      description: "Bad Request: message thread not found",
    });
    expect((await to(ops.chatId, { message_thread_id: 5 })).result).not.toHaveProperty("message_thread_id");
  });
});

describe("buttons", () => {
  const keyboard = (callback_data: string): object => ({
    reply_markup: { inline_keyboard: [[{ text: "go", callback_data }]] },
  });

  test("carry up to 64 bytes", async () => {
    expect((await send("x", keyboard("é".repeat(32)))).ok).toBe(true);
    expect(await send("x", keyboard("é".repeat(33)))).toMatchObject({
      description: "Bad Request: BUTTON_DATA_INVALID",
    });
    expect(await send("x", { reply_markup: "{" })).toMatchObject({
      description: "Bad Request: can't parse reply keyboard markup JSON object",
    });
    expect(await send("x", { reply_markup: { inline_keyboard: [[{ text: "no action" }]] } })).toMatchObject({
      description: "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    });
  });

  test("are pressed, answered once, and forgotten after 150 seconds", async () => {
    const { result } = await send("x", keyboard("yes"));
    const pressed = emulator.press("Ada", direct, result.message_id, "yes");
    const query = emulator.updates(BOT).at(-1)?.payload as { id: string; data: string };
    expect(query).toMatchObject({
      data: "yes",
      message: { message_id: result.message_id },
      from: { first_name: "Ada" },
    });
    const answer = { callback_query_id: query.id, text: "done", show_alert: true };
    expect(await bot("answerCallbackQuery", answer)).toMatchObject({ result: true });
    expect(await pressed).toEqual({ answered: true, text: "done", alert: true });
    const tooOld = "Bad Request: query is too old and response timeout expired or query ID is invalid";
    expect(await bot("answerCallbackQuery", answer)).toMatchObject({ description: tooOld });

    const unanswered = emulator.press("Ada", direct, result.message_id, "yes");
    emulator.advance(150_000);
    expect(await unanswered).toEqual({ answered: false });
    await expect(emulator.press("Ada", direct, result.message_id, "no")).rejects.toThrow("button");
  });
});

describe("files", () => {
  test("are uploaded, shown, and downloaded while their link works", async () => {
    const form = new FormData();
    form.set("chat_id", String(direct.chatId));
    form.set("document", "attach://part");
    form.set("part", new Blob(["hello"], { type: "text/plain" }), "a.txt");
    const { result } = await bot<{ document: { file_id: string } }>("sendDocument", form);
    expect(result.document).toMatchObject({ file_name: "a.txt", mime_type: "text/plain", file_size: 5 });
    const { result: file } = await bot<{ file_path: string }>("getFile", { file_id: result.document.file_id });
    const link = `${emulator.url}/file/bot${DEFAULT_BOT.token}/${file.file_path}`;
    expect(await (await fetch(link)).text()).toBe("hello");
    emulator.advance(3600 * 1000);
    expect((await fetch(link)).status).toBe(404);
    expect((await send("again", { text: "x" })).ok).toBe(true);
    const again = { chat_id: direct.chatId, document: result.document.file_id };
    expect((await bot<SentMessage>("sendDocument", again)).result["document"]).toMatchObject({ file_name: "a.txt" });
  });

  test("are refused when they are too big, empty, unknown or no picture", async () => {
    const { messageId } = emulator.say(direct, "Ada", {
      type: "document",
      bytes: Buffer.from("x"),
      name: "big",
      sizeBytes: 21 * 1024 * 1024,
    });
    const { fileId } = emulator.shows(direct).find((message) => message.messageId === messageId)?.file ?? {
      fileId: "",
    };
    expect(await bot("getFile", { file_id: fileId })).toMatchObject({ description: "Bad Request: file is too big" });
    expect(await bot("getFile", { file_id: "nobody" })).toMatchObject({
      description: "Bad Request: wrong file_id or the file is temporarily unavailable",
    });
    const upload = (bytes: Buffer): Promise<BotAnswer> => {
      const form = new FormData();
      form.set("chat_id", String(direct.chatId));
      form.set("photo", new Blob([new Uint8Array(bytes)]), "a.png");
      return bot("sendPhoto", form);
    };
    expect(await upload(Buffer.from("no picture"))).toMatchObject({ description: "Bad Request: IMAGE_PROCESS_FAILED" });
    expect(await upload(Buffer.alloc(0))).toMatchObject({ description: "Bad Request: file must be non-empty" });
    expect(await bot("sendPhoto", { chat_id: direct.chatId })).toMatchObject({
      description: "Bad Request: there is no photo in the request",
    });
  });

  test("come by address from this machine", async () => {
    const host = createServer((_request, response) => response.end(PNG)).listen(0, "127.0.0.1");
    await new Promise((resolve) => host.once("listening", resolve));
    const photo = `http://127.0.0.1:${(host.address() as AddressInfo).port}/a.png`;
    const { result } = await bot<SentMessage>("sendPhoto", { chat_id: direct.chatId, photo });
    expect(result["photo"]).toHaveLength(2);
    expect(await bot("sendPhoto", { chat_id: direct.chatId, photo: "https://example.com/a.png" })).toMatchObject({
      description: "Bad Request: failed to get HTTP URL content",
    });
    host.close();
  });

  test("make albums of one group", async () => {
    const form = new FormData();
    form.set("chat_id", String(direct.chatId));
    const media = [0, 1].map((index) => ({ type: "photo", media: `attach://p${index}`, caption: `#${index}` }));
    form.set("media", JSON.stringify(media));
    for (const index of [0, 1]) form.set(`p${index}`, new Blob([PNG]), "a.png");
    const { result } = await bot<readonly { media_group_id: string; caption: string }[]>("sendMediaGroup", form);
    expect(result.map(({ caption }) => caption)).toEqual(["#0", "#1"]);
    expect(new Set(result.map(({ media_group_id }) => media_group_id)).size).toBe(1);
    expect(await bot("sendMediaGroup", { chat_id: direct.chatId, media: [] })).toMatchObject({
      description: "Bad Request: there are no messages to send",
    });
  });
});

describe("everything else a bot can do", () => {
  test("copies and forwards", async () => {
    const { messageId } = emulator.say(ops, "Ada", "original @loong_bot");
    const from = { chat_id: direct.chatId, from_chat_id: ops.chatId, message_id: messageId };
    expect((await bot<SentMessage>("forwardMessage", from)).result["forward_origin"]).toMatchObject({ type: "user" });
    expect((await bot<SentMessage>("copyMessage", from)).result).toEqual({ message_id: expect.any(Number) as number });
    expect(emulator.shows(direct).map(({ text }) => text)).toEqual(["original @loong_bot", "original @loong_bot"]);
    expect(await bot("copyMessage", { ...from, message_id: 99 })).toMatchObject({
      description: "Bad Request: message to copy not found",
    });
  });

  test("reacts, with an emoji that is one", async () => {
    const { messageId } = emulator.say(direct, "Ada", "nice");
    const react = (emoji: string): Promise<BotAnswer> =>
      bot("setMessageReaction", {
        chat_id: direct.chatId,
        message_id: messageId,
        reaction: [{ type: "emoji", emoji }],
      });
    expect((await react("👀")).ok).toBe(true);
    expect(emulator.shows(direct)[0]?.reactions).toEqual([{ emoji: "👀", byId: 123456 }]);
    expect(await react("x")).toMatchObject({ description: "Bad Request: REACTION_INVALID" });
    await bot("setMessageReaction", { chat_id: direct.chatId, message_id: messageId, reaction: [] });
    expect(emulator.shows(direct)[0]?.reactions).toEqual([]);
  });

  test("keeps commands by scope and language", async () => {
    const commands = [{ command: "help", description: "Shows help" }];
    await bot("setMyCommands", { commands, language_code: "de" });
    expect((await bot("getMyCommands")).result).toEqual([]);
    expect((await bot("getMyCommands", { language_code: "de" })).result).toEqual(commands);
    await bot("deleteMyCommands", { language_code: "de" });
    expect((await bot("getMyCommands", { language_code: "de" })).result).toEqual([]);
    expect(await bot("setMyCommands", { commands: [{ command: "Big", description: "x" }] })).toMatchObject({
      description: "Bad Request: BOT_COMMAND_INVALID",
    });
  });

  test("looks at chats and members, and leaves", async () => {
    const ada = emulator.user("Ada");
    expect((await bot("getChat", { chat_id: ops.chatId })).result).toMatchObject({ title: "Ops", type: "supergroup" });
    expect((await bot("getChatMember", { chat_id: ops.chatId, user_id: ada.userId })).result).toMatchObject({
      status: "member",
    });
    emulator.promote(ops, BOT);
    expect((await bot("getChatAdministrators", { chat_id: ops.chatId })).result).toMatchObject([
      { user: { id: 123456 } },
    ]);
    expect((await bot("getChatMemberCount", { chat_id: ops.chatId })).result).toBe(2);
    await bot("leaveChat", { chat_id: ops.chatId });
    expect(await bot("getChat", { chat_id: ops.chatId })).toMatchObject({
      status: 403,
      description: "Forbidden: bot is not a member of the supergroup chat",
    });
  });

  test("says it is busy, in a way the platform knows", async () => {
    expect((await bot("sendChatAction", { chat_id: direct.chatId, action: "typing" })).result).toBe(true);
    expect(await bot("sendChatAction", { chat_id: direct.chatId, action: "dancing" })).toMatchObject({
      description: "Bad Request: wrong parameter action in request",
    });
  });
});

describe("drafts", () => {
  const draft = (text: string, more: object = {}): Promise<BotAnswer> =>
    bot("sendMessageDraft", { chat_id: direct.chatId, draft_id: 7, text, ...more });

  test("grow, fade after 30 seconds, and make room for the message", async () => {
    await draft("Hel");
    await draft("Hello");
    expect(emulator.draft(direct)).toEqual({ draftId: 7, text: "Hello", history: ["Hel", "Hello"] });
    emulator.advance(30_000);
    expect(emulator.draft(direct)).toBeUndefined();
    await draft("Hello again");
    expect(emulator.draft(direct)?.text).toBe("Hello again");
    await send("Hello again.");
    expect(emulator.draft(direct)).toBeUndefined();
    expect(emulator.shows(direct)).toHaveLength(1);
    expect(emulator.drafts(direct)).toHaveLength(2);
  });

  test("are for private chats and need a number", async () => {
    expect(await draft("x", { chat_id: ops.chatId })).toMatchObject({
      description: "Bad Request: TEXTDRAFT_PEER_INVALID",
    });
    expect((await draft("x", { draft_id: 0 })).ok).toBe(false);
  });

  test("can be stopped by the reader, where the server knows how", async () => {
    await draft("long", { can_stop: true });
    emulator.stopDraft(direct);
    expect(emulator.updates(BOT).at(-1)).toMatchObject({
      type: "stopped_message_generation",
      payload: { draft_id: 7 },
    });
    expect(emulator.draft(direct)).toBeUndefined();
  });
});

describe("the level of the API", () => {
  test("10.3 has rich messages", async () => {
    const rich = { chat_id: direct.chatId, rich_message: { markdown: "# Title\n\ntext" } };
    const { result } = await bot<SentMessage>("sendRichMessage", rich);
    expect(result["rich_message"]).toMatchObject({ blocks: [{ type: "paragraph" }, { type: "paragraph" }] });
    expect(emulator.shows(direct)).toMatchObject([{ type: "rich_message", text: "# Title\n\ntext" }]);
    expect((await bot("sendRichMessageDraft", { ...rich, draft_id: 1 })).result).toBe(true);
    expect((await edit(result.message_id, "", { rich_message: { html: "<h1>New</h1>" } })).ok).toBe(true);
    expect((await bot("sendRichMessage", { chat_id: direct.chatId, rich_message: {} })).status).toBe(400);
  });

  test("10.0 does not know them", async () => {
    const old = await startTelegramEmulator({ apiLevel: "10.0" });
    old.directChat("Ada", BOT);
    const oldBot = botClient(old.url);
    for (const method of ["sendRichMessage", "sendRichMessageDraft"])
      expect(await oldBot(method, {})).toMatchObject({ status: 404, description: "Not Found: method not found" });
    await oldBot("sendMessageDraft", { chat_id: old.user("Ada").userId, draft_id: 1, text: "x", can_stop: true });
    expect(() => old.stopDraft("Ada")).toThrow("draft");
    await old.close();
  });
});
