import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { botClient, type BotClient } from "../../test/emulator/bot-client.ts";
import { DEFAULT_BOT, startTelegramEmulator, type ChatHandle, type TelegramEmulator } from "./index.ts";

const BOT = DEFAULT_BOT.username;
const CURIOUS = {
  token: "777:curious-token-AAAAAAAAAAAAAAAAAAAAAAA",
  username: "curious_bot",
  name: "Curious",
  canReadAllGroupMessages: true,
};

let emulator: TelegramEmulator;
let bot: BotClient;
let ops: ChatHandle;

beforeEach(async () => {
  emulator = await startTelegramEmulator({ bots: [DEFAULT_BOT, CURIOUS] });
  bot = botClient(emulator.url);
  ops = emulator.group("Ops", ["Ada", "Bo"], [BOT, CURIOUS.username]);
});
afterEach(() => emulator.close());

const heardBy = (updateIds: Readonly<Record<string, number>>): string[] => Object.keys(updateIds);
const lastPayload = (): unknown => emulator.updates(BOT).at(-1)?.payload;

describe("privacy mode", () => {
  test("hides small talk and shows what is meant for the bot", async () => {
    const say = (text: string, options = {}): string[] => heardBy(emulator.say(ops, "Ada", text, options).updateIds);
    expect(say("small talk")).toEqual(["777"]);
    expect(say("hello @loong_bot")).toEqual(["777", "123456"]);
    expect(say("/start@loong_bot")).toEqual(["777", "123456"]);
    expect(say("/start@curious_bot")).toEqual(["777"]);
    const { result } = await bot<{ message_id: number }>("sendMessage", { chat_id: ops.chatId, text: "I am here" });
    expect(say("yes you", { replyTo: result.message_id })).toContain("123456");
    expect(say("/status")).toContain("123456");
    await botClient(emulator.url, CURIOUS.token)("sendMessage", { chat_id: ops.chatId, text: "me too" });
    expect(say("/status")).toEqual(["777"]);
    emulator.promote(ops, BOT);
    expect(say("small talk")).toContain("123456");
  });

  test("never shows a bot what bots said", async () => {
    await bot("sendMessage", { chat_id: ops.chatId, text: "hello @curious_bot" });
    expect(emulator.updates(CURIOUS.username)).toEqual([]);
  });
});

describe("what people do", () => {
  test("mentions become names with entities", () => {
    emulator.say(ops, "Ada", "@Loong and Bo, look", { mentions: [BOT, "Bo"] });
    expect(lastPayload()).toMatchObject({
      text: "@loong_bot and Bo, look",
      entities: [
        { type: "mention", offset: 0, length: 10 },
        { type: "text_mention", offset: 15, length: 2, user: { first_name: "Bo" } },
      ],
    });
    emulator.say(ops, "Ada", "look", { mentions: [BOT] });
    expect(lastPayload()).toMatchObject({ text: "@loong_bot look" });
  });

  test("private chats have the id of the person and count per bot", () => {
    const ada = emulator.user("Ada");
    const [one, two] = [emulator.directChat("Ada", BOT), emulator.directChat("Ada", CURIOUS.username)];
    expect([one.chatId, two.chatId]).toEqual([ada.userId, ada.userId]);
    emulator.directChat("Bo", BOT);
    expect(emulator.say(one, "Ada", "x").messageId).toBe(1);
    expect(emulator.say("Bo", "Bo", "y").messageId).toBe(2);
    expect(heardBy(emulator.say(two, "Ada", "z").updateIds)).toEqual(["777"]);
    expect(ada.userId).toBeGreaterThan(2 ** 32);
    expect(String(ops.chatId)).toMatch(/^-100\d{10}$/);
  });

  test("files come with their facts", () => {
    const direct = emulator.directChat("Ada", BOT);
    emulator.say(direct, "Ada", { type: "voice", bytes: Buffer.from("ogg"), durationSeconds: 3, caption: "listen" });
    expect(lastPayload()).toMatchObject({
      caption: "listen",
      voice: { duration: 3, file_size: 3, mime_type: "audio/ogg" },
    });
    emulator.say(direct, "Ada", { type: "location", value: { latitude: 1, longitude: 2 } });
    expect(lastPayload()).toMatchObject({ location: { latitude: 1, longitude: 2 } });
  });

  test("edits, reactions and comings and goings are told", async () => {
    await bot("getUpdates", {
      allowed_updates: ["message", "edited_message", "message_reaction", "chat_member", "my_chat_member"],
    });
    const { messageId } = emulator.say(ops, "Ada", "@loong_bot one");
    emulator.edit(ops, messageId, "@loong_bot two");
    expect(lastPayload()).toMatchObject({ text: "@loong_bot two", edit_date: expect.any(Number) as number });
    expect(emulator.shows(ops)[0]?.history).toEqual(["@loong_bot one", "@loong_bot two"]);
    expect(heardBy(emulator.react("Ada", ops, messageId, "👍"))).toEqual([]);
    emulator.promote(ops, BOT);
    emulator.react("Ada", ops, messageId, "🔥");
    expect(lastPayload()).toMatchObject({ old_reaction: [{ emoji: "👍" }], new_reaction: [{ emoji: "🔥" }] });
    emulator.join(ops, "Cy");
    expect(lastPayload()).toMatchObject({ new_chat_members: [{ first_name: "Cy" }] });
    emulator.leave(ops, "Cy");
    expect(lastPayload()).toMatchObject({ new_chat_member: { status: "left" } });
  });

  test("a channel's posts reach its bots", () => {
    const news = emulator.group("News", ["Ada"], [BOT], { type: "channel", username: "news" });
    emulator.say(news, "Ada", "post");
    expect(emulator.updates(BOT).at(-1)).toMatchObject({
      type: "channel_post",
      payload: { sender_chat: { title: "News" } },
    });
  });

  test("changes are watched until nobody wants to know", () => {
    const seen: string[] = [];
    const stop = emulator.watch(({ kind, message }) => seen.push(`${kind} ${message.text}`));
    const { messageId } = emulator.say(ops, "Ada", "one");
    emulator.edit(ops, messageId, "two");
    emulator.remove(ops, messageId);
    stop();
    emulator.say(ops, "Ada", "three");
    expect(seen).toEqual(["posted one", "edited two", "deleted "]);
  });

  test("waiting for what never comes ends with a coded error", async () => {
    await expect(emulator.waitFor(ops, () => false, { timeoutMs: 20 })).rejects.toMatchObject({
      code: "TELEGRAM_EMULATOR_TIMEOUT",
    });
    expect(() => emulator.say("Nowhere", "Ada", "x")).toThrow("no chat");
    expect(() => emulator.say(ops, "Ada", "x", { threadId: 5 })).toThrow("no topic");
    expect(() => emulator.addBot(DEFAULT_BOT)).toThrow("taken");
  });
});

test("strict rates ask for patience", async () => {
  const strict = await startTelegramEmulator({ strictRates: true, clock: createStillClock() });
  const { chatId } = strict.group("Ops", ["Ada"], [BOT]);
  const send = () => botClient(strict.url)("sendMessage", { chat_id: chatId, text: "x" });
  for (let count = 0; count < 3; count += 1) expect((await send()).status).toBe(200);
  const refused = await send();
  expect(refused).toMatchObject({
    status: 429,
    description: "Too Many Requests: retry after 3",
    parameters: { retry_after: 3 },
  });
  for (let count = 3; count < 20; count += 1) {
    strict.advance(3000);
    expect((await send()).status).toBe(200);
  }
  strict.advance(1000);
  expect((await send()).parameters?.retry_after).toBeGreaterThan(3);
  await strict.close();
});
