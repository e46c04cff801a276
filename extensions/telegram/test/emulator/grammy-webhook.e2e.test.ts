import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Bot, webhookCallback } from "grammy";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DEFAULT_BOT, startTelegramEmulator, type ChatHandle, type TelegramEmulator } from "@loong/telegram/emulator";
import { until } from "./bot-client.ts";

const BOT = DEFAULT_BOT.username;
const SECRET = "a-secret_token";

let emulator: TelegramEmulator;
let direct: ChatHandle;
let bot: Bot;
let server: Server;
let url: string;

beforeEach(async () => {
  emulator = await startTelegramEmulator();
  direct = emulator.directChat("Ada", BOT);
  bot = new Bot(DEFAULT_BOT.token, {
    client: { apiRoot: emulator.url, canUseWebhookReply: (method) => method === "sendChatAction" },
  });
  bot.on("message:text", async (ctx) => {
    await ctx.reply(`hooked ${ctx.msg.text}`);
    await ctx.replyWithChatAction("typing");
  });
  const handle = webhookCallback(bot, "http", { secretToken: SECRET });
  server = createServer((request, response) => void handle(request, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  await emulator.close();
  server.closeAllConnections();
  server.close();
});

test("a grammY webhook with the right secret is told, and answers with a method", async () => {
  await bot.api.setWebhook(url, { secret_token: SECRET, drop_pending_updates: true });
  for (const text of ["one", "two"]) emulator.say(direct, "Ada", text);
  await emulator.waitFor(direct, ({ text }) => text === "hooked two");
  await until(() => emulator.requests().filter(({ httpMethod }) => httpMethod === "WEBHOOK").length === 2);
  expect(emulator.requests().findLast(({ method }) => method === "sendChatAction")).toMatchObject({
    httpMethod: "WEBHOOK",
    params: { chat_id: direct.chatId, action: "typing" },
    status: 200,
  });
  expect(emulator.shows(direct).map(({ text }) => text)).toEqual(["one", "two", "hooked one", "hooked two"]);
  expect(emulator.webhookInfo(BOT)).toMatchObject({ url, pending_update_count: 0 });
  expect(emulator.updates(BOT).map(({ confirmed }) => confirmed)).toEqual([true, true]);
});

test("with the wrong secret nothing gets through, and the platform keeps it", async () => {
  await bot.api.setWebhook(url, { secret_token: "wrong" });
  emulator.say(direct, "Ada", "hi");
  await until(() => emulator.webhookInfo(BOT).last_error_message !== undefined);
  expect(await bot.api.getWebhookInfo()).toMatchObject({
    pending_update_count: 1,
    last_error_message: "Wrong response from the webhook: 401 Unauthorized",
  });
  expect(emulator.shows(direct)).toHaveLength(1);
});
