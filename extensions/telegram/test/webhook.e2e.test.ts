import { afterEach, expect, test } from "vitest";
import type { TelegramAccount } from "@loong/telegram";
import { serveWebhook } from "@loong/testkit";
import { type Stage, botToken, connected, newKey, never, recorder, serving, setUp, until } from "./account.ts";

const webhookSecret = "a-secret_of-our-own";
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A gateway in webhook mode that has registered itself. */
async function receive(changes: Partial<TelegramAccount> = {}) {
  const stage: Stage = await setUp({}, { mode: "webhook", webhookSecret, ...changes });
  closers.push(() => stage.close());
  const inbound = recorder();
  const { url, close } = await serveWebhook(stage.channel, inbound);
  closers.push(close);
  const channel = stage.open({ webhookUrl: url });
  const link = serving(channel, inbound);
  closers.push(link.stop);
  const ann = stage.emulator.user("Ann");
  return {
    stage,
    emulator: stage.emulator,
    inbound,
    link,
    ann,
    chat: stage.emulator.directChat(ann, botToken),
    channel,
    url,
  };
}

const post = (url: string, body: string, secret: string) =>
  fetch(url, { method: "POST", body, headers: { "x-telegram-bot-api-secret-token": secret } });

test("registers its address with the secret, takes updates, and answers", async () => {
  const { emulator, inbound, ann, chat, channel, url } = await receive();
  await connected(inbound);
  expect(emulator.webhookInfo(botToken)).toMatchObject({ url });
  const call = emulator.requests().find(({ method }) => method === "setWebhook");
  expect(call?.params).toMatchObject({ allowed_updates: ["message", "callback_query"], drop_pending_updates: false });
  const { messageId } = emulator.say(chat, ann, "hello");
  await until(() => inbound.events.length === 1, "heard");
  expect(inbound.events[0]).toMatchObject({ text: "hello", addressed: true });
  await channel.send(
    {
      idempotencyKey: newKey(),
      to: String(chat.chatId),
      inReplyTo: inbound.events[0]!.messageId,
      content: { type: "text", text: "hi" },
    },
    never,
  );
  expect(emulator.shows(chat).at(-1)).toMatchObject({ text: "hi" });
  expect(messageId).toBeGreaterThan(0);
});

test("an update that could not be stored comes again", async () => {
  const { emulator, inbound, ann, chat } = await receive();
  await connected(inbound);
  inbound.failing = true;
  const { updateId } = emulator.say(chat, ann, "hard to keep");
  await until(() => (emulator.webhookInfo(botToken).last_error_message ?? "") !== "", "refused once");
  inbound.failing = false;
  emulator.advance(2_000);
  await until(() => inbound.events.length === 1, "heard");
  const update = () => emulator.updates(botToken).find((one) => one.updateId === updateId);
  await until(() => update()?.confirmed === true, "acknowledged");
  expect(inbound.accepted).toEqual(["stored"]);
});

test("presses of buttons are answered", async () => {
  const { emulator, inbound, ann, chat, channel } = await receive();
  await connected(inbound);
  const card = { text: "?", reply_markup: { inline_keyboard: [[{ text: "Go", callback_data: "go" }]] } };
  const { messageId } = await channel.send(
    { idempotencyKey: newKey(), to: String(chat.chatId), content: { type: "card", card, fallbackText: "?" } },
    never,
  );
  expect(await emulator.press(ann, chat, Number(messageId.split(":")[1]), "go")).toMatchObject({ answered: true });
  expect(inbound.events).toMatchObject([{ kind: "action", action: { value: "go" } }]);
});

test("without a secret nothing is taken and nothing is registered, and the account says so", async () => {
  const { emulator, inbound, stage, url, link } = await receive({ webhookSecret: "" });
  await until(() => inbound.states.at(-1)?.state === "disconnected", "told");
  expect(inbound.states.at(-1)).toMatchObject({ reason: expect.stringContaining("webhookSecret") });
  expect((await post(url, '{"update_id":1}', "")).status).toBe(401);
  expect(emulator.webhookInfo(botToken).url).toBe("");
  expect(await stage.channel.probe(never)).toMatchObject({
    ok: false,
    problems: [{ code: "TELEGRAM_WEBHOOK_SECRET_MISSING" }],
  });
  expect(await link.stop()).toBe("stopped");
});

test.each([
  ["no JSON", "{"],
  ["no object", "[]"],
  ["no update", '{"message":{}}'],
])("%s is a bad request, even with the secret", async (_what, body) => {
  const { inbound, url } = await receive();
  await connected(inbound);
  expect((await post(url, body, webhookSecret)).status).toBe(400);
  expect(inbound.accepted).toEqual([]);
});

test("an update of a kind there is no answer to is acknowledged", async () => {
  const { inbound, url } = await receive();
  await connected(inbound);
  expect((await post(url, '{"update_id":1,"edited_message":{"text":"x"}}', webhookSecret)).status).toBe(200);
  expect(inbound.events).toEqual([]);
});

test("a refused registration ends serving with the platform's words", async () => {
  const { link } = await receive({ webhookSecret: "not allowed!" });
  expect(await link.ended).toMatchObject({ outcome: "rejected", message: expect.stringContaining("secret") });
});
