import { Bot, GrammyError, HttpError, InlineKeyboard, InputFile } from "grammy";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_BOT, startTelegramEmulator, type ChatHandle, type TelegramEmulator } from "@loong/telegram/emulator";
import { PNG, until } from "./bot-client.ts";

const BOT = DEFAULT_BOT.username;

let emulator: TelegramEmulator;
let direct: ChatHandle;
let ops: ChatHandle;
let bot: Bot;
let running: Promise<void>;
/** What ended the bot, if anything did. */
let failure: unknown;

beforeEach(async () => {
  emulator = await startTelegramEmulator();
  direct = emulator.directChat(emulator.user("Ada", { username: "ada_l" }), BOT);
  ops = emulator.group("Ops", ["Ada"], [BOT]);
  bot = new Bot(DEFAULT_BOT.token, { client: { apiRoot: emulator.url } });
  failure = undefined;
  running = Promise.resolve();
});
afterEach(async () => {
  await bot.stop().catch(() => {});
  await running;
  await emulator.close();
});

function start(options: Parameters<Bot["start"]>[0] = {}): void {
  running = bot.start(options).catch((error: unknown) => {
    failure = error;
  });
}
const fromBot = ({ from }: { readonly from: { readonly kind: string } }): boolean => from.kind === "bot";

describe("a grammY bot that polls", () => {
  test("answers words and commands, in private and where it is mentioned", async () => {
    bot.command("help", (ctx) => ctx.reply(`help for ${ctx.from?.first_name}`));
    bot.on("message:text", (ctx) =>
      ctx.reply(`you said ${ctx.msg.text}`, { reply_parameters: { message_id: ctx.msg.message_id } }),
    );
    start();
    const { messageId } = emulator.say(direct, "Ada", "hello");
    expect(await emulator.waitFor(direct, fromBot)).toMatchObject({ text: "you said hello", parentId: messageId });
    emulator.say(direct, "Ada", "/help me");
    expect((await emulator.waitFor(direct, ({ text }) => text.startsWith("help"))).text).toBe("help for Ada");
    emulator.say(ops, "Ada", "not for the bot");
    emulator.say(ops, "Ada", "but this is", { mentions: [BOT] });
    expect((await emulator.waitFor(ops, fromBot)).text).toBe("you said @loong_bot but this is");
    expect(emulator.shows(ops)).toHaveLength(3);
  });

  test("edits its message when a button is pressed, and says so", async () => {
    bot.command("start", (ctx) => ctx.reply("choose", { reply_markup: new InlineKeyboard().text("yes", "yes") }));
    bot.callbackQuery("yes", async (ctx) => {
      await ctx.editMessageText("<b>chosen</b>", { parse_mode: "HTML" });
      await ctx.answerCallbackQuery({ text: "thanks", show_alert: true });
    });
    start();
    emulator.say(direct, "Ada", "/start");
    const { messageId } = await emulator.waitFor(direct, fromBot);
    expect(await emulator.press("Ada", direct, messageId, "yes")).toEqual({
      answered: true,
      text: "thanks",
      alert: true,
    });
    expect(emulator.shows(direct).at(-1)).toMatchObject({
      text: "chosen",
      history: ["choose", "chosen"],
      entities: [{ type: "bold" }],
      buttons: [],
    });
  });

  test("downloads what people send and uploads what it has", async () => {
    bot.on("message:photo", async (ctx) => {
      const file = await ctx.getFile();
      const response = await fetch(`${emulator.url}/file/bot${DEFAULT_BOT.token}/${file.file_path}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      await ctx.replyWithPhoto(new InputFile(bytes, "back.png"), {
        caption: `*${bytes.length}* bytes`,
        parse_mode: "MarkdownV2",
      });
      await ctx.replyWithDocument(new InputFile(bytes, "back.png"));
    });
    start();
    emulator.say(direct, "Ada", { type: "photo", bytes: PNG, caption: "look" });
    const photo = await emulator.waitFor(direct, fromBot);
    expect(photo).toMatchObject({ type: "photo", text: `${PNG.length} bytes`, entities: [{ type: "bold" }] });
    expect(Buffer.from(photo.file?.bytes ?? []).equals(PNG)).toBe(true);
    expect(await emulator.waitFor(direct, ({ type }) => type === "document")).toMatchObject({
      file: { name: "back.png" },
    });
  });

  test("reacts, sees reactions, types and shows drafts", async () => {
    const seen: string[] = [];
    bot.reaction("🔥", async (ctx) => void seen.push(ctx.messageReaction.new_reaction.map((one) => one.type).join()));
    bot.on("message:text", async (ctx) => {
      await ctx.replyWithChatAction("typing");
      await ctx.react("👀");
      for (const text of ["Thin", "Thinking"]) await ctx.api.sendMessageDraft(ctx.chat.id, 1, text);
      await ctx.reply("done");
    });
    start({ allowed_updates: ["message", "message_reaction"] });
    const { messageId } = emulator.say(direct, "Ada", "go");
    await emulator.waitFor(direct, ({ text }) => text === "done");
    expect(emulator.shows(direct)[0]?.reactions).toEqual([{ emoji: "👀", byId: 123456 }]);
    expect(emulator.drafts(direct)).toMatchObject([{ draftId: 1, history: ["Thin", "Thinking"] }]);
    emulator.react("Ada", direct, messageId, "🔥");
    await until(() => seen.length === 1);
    expect(seen).toEqual(["emoji"]);
  });

  test("ends with 409 when another one polls", async () => {
    start();
    await until(() => emulator.isPolling(BOT));
    const other = new Bot(DEFAULT_BOT.token, { client: { apiRoot: emulator.url } });
    const second = other.start();
    await running;
    expect(failure).toBeInstanceOf(GrammyError);
    expect(failure).toMatchObject({
      error_code: 409,
      description: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    });
    await other.stop();
    await second;
  });

  test("waits as long as a 429 on its poll says, and goes on", async () => {
    bot.on("message:text", (ctx) => ctx.reply("late"));
    emulator.inject({ path: "getUpdates", times: 1, action: { retryAfterSeconds: 1 } });
    start();
    emulator.say(direct, "Ada", "hi");
    expect((await emulator.waitFor(direct, fromBot)).text).toBe("late");
    expect(
      emulator
        .requests()
        .filter(({ method }) => method === "getUpdates")
        .map(({ status }) => status)[0],
    ).toBe(429);
  });

  test("confirms what it handled: a restarted one is told nothing twice", async () => {
    bot.on("message:text", (ctx) => ctx.reply("once"));
    start();
    emulator.say(direct, "Ada", "hi");
    await emulator.waitFor(direct, fromBot);
    await bot.stop();
    await running;
    expect(emulator.updates(BOT)).toMatchObject([{ confirmed: true }]);
  });
});

describe("the errors grammY knows", () => {
  const refusal = async (call: Promise<unknown>): Promise<GrammyError> => {
    const error: unknown = await call.catch((reason: unknown) => reason);
    if (error instanceof GrammyError) return error;
    throw new Error("no GrammyError", { cause: error });
  };

  test("429 with retry_after, and a rejected markup", async () => {
    emulator.inject({ path: "sendMessage", times: 1, action: { retryAfterSeconds: 9 } });
    expect((await refusal(bot.api.sendMessage(direct.chatId, "x"))).parameters).toEqual({ retry_after: 9 });
    const broken = await refusal(bot.api.sendMessage(direct.chatId, "*x", { parse_mode: "MarkdownV2" }));
    expect(broken.description).toBe(
      "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 0",
    );
  });

  test("a page of HTML, or a broken socket, is an HttpError", async () => {
    for (const action of ["html", "truncated", "reset-after"] as const) {
      emulator.inject({ path: "sendMessage", times: 1, action });
      await expect(bot.api.sendMessage(direct.chatId, action)).rejects.toBeInstanceOf(HttpError);
    }
    expect(emulator.shows(direct).map(({ text }) => text)).toEqual(["truncated", "reset-after"]);
  });

  test("a token that was taken back", async () => {
    emulator.rotateToken(BOT, "123456:another-token-BBBBBBBBBBBBBBBBBBBBBB");
    expect((await refusal(bot.api.getMe())).error_code).toBe(401);
  });
});
