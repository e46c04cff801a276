import { once } from "node:events";
import http from "node:http";
import { json } from "node:stream/consumers";
import telegram, { type TelegramAccount } from "@loong/telegram";
import { type ChatHandle, DEFAULT_BOT, type TelegramEmulator, startTelegramEmulator } from "@loong/telegram/emulator";
import type { ChannelConformanceOptions, ChannelHarness, SaidMessage, SendFault, ShownMessage } from "@loong/testkit";
import packageJson from "../package.json" with { type: "json" };
import { botMessages, defaults } from "./account.ts";

const webhookSecret = "conformance-secret_01";
const RETRY_AFTER_S = 3;
/** Instead of half a minute: nothing but time takes a draft away. */
const DRAFT_TTL_MS = 5_000;

async function harness(mode: TelegramAccount["mode"]): Promise<ChannelHarness<TelegramAccount>> {
  // Privacy mode off: the bot sees also what is not meant for it, and has to tell.
  const emulator = await startTelegramEmulator({
    bots: [{ ...DEFAULT_BOT, canReadAllGroupMessages: true }],
    draftTtlMs: DRAFT_TTL_MS,
  });
  const bot = emulator.bot(DEFAULT_BOT.token);
  const ann = emulator.user("Ann");
  const direct = emulator.directChat(ann, bot);
  const group = emulator.group("ops", [ann], [bot]);
  const updateOf = new Map<string, number>();
  const account: TelegramAccount = { ...defaults, baseUrl: emulator.url, mode, webhookSecret };
  return {
    account,
    wrongAccount: { ...account, botToken: "123456:another-token-entirely-BBBBBBBBBBBBB" },
    target: String(direct.chatId),
    wrongTarget: "987654321",
    platform: {
      sentMessages: () =>
        [direct, group].flatMap((chat) => [...shownMessages(emulator, chat), ...shownDraft(emulator, chat)]),
      async say(text, { in: where = "direct", mention = false, as = "person" } = {}) {
        const chat = where === "direct" ? direct : group;
        if (as === "this-bot") return sayAsBot(emulator, chat, text);
        const said = emulator.say(chat, ann, text, mention ? { mentions: [bot] } : {});
        const messageId = `${chat.chatId}:${said.messageId}:${bot.botId}`;
        updateOf.set(messageId, said.updateId);
        return saidMessage(messageId, chat, ann.userId, () => isConfirmed(emulator, said.updateId));
      },
      redeliver: ({ messageId }) => emulator.redeliver(updateOf.get(messageId) ?? 0),
      failNext: (fault) => failNext(emulator, fault),
      ...(mode === "webhook" ? { deliverTo: (url: string) => registerWebhook(emulator, url), forge } : {}),
    },
    close: () => emulator.close(),
  };
}

function shownMessages(emulator: TelegramEmulator, chat: ChatHandle): ShownMessage[] {
  const conversationId = String(chat.chatId);
  return botMessages(emulator, chat).map(({ messageId, text }) => ({
    messageId: `${conversationId}:${messageId}`,
    conversationId,
    text,
  }));
}

function shownDraft(emulator: TelegramEmulator, chat: ChatHandle): ShownMessage[] {
  const draft = emulator.draft(chat);
  if (draft === undefined) return [];
  return [
    { messageId: `draft ${draft.draftId}`, conversationId: String(chat.chatId), text: draft.text, isUnfinished: true },
  ];
}

function saidMessage(
  messageId: string,
  { chatId }: ChatHandle,
  senderId: number,
  acknowledged: () => boolean,
): SaidMessage {
  return { messageId, conversationId: String(chatId), senderId: String(senderId), acknowledged };
}

function isConfirmed(emulator: TelegramEmulator, updateId: number): boolean {
  return emulator.updates(DEFAULT_BOT.token).some((update) => update.updateId === updateId && update.confirmed);
}

/** The platform tells a bot nothing of what it said itself. */
async function sayAsBot(emulator: TelegramEmulator, chat: ChatHandle, text: string): Promise<SaidMessage> {
  const { message_id: id } = await ask<{ message_id: number }>(emulator, "sendMessage", { chat_id: chat.chatId, text });
  return saidMessage(`${chat.chatId}:${id}`, chat, emulator.bot(DEFAULT_BOT.token).botId, () => true);
}

/** The platform takes one change a second. */
async function registerWebhook(emulator: TelegramEmulator, url: string): Promise<void> {
  emulator.advance(1_000);
  await ask(emulator, "setWebhook", { url, secret_token: webhookSecret });
}

/** A call of somebody else's, on a connection that is not kept. */
async function ask<T>(emulator: TelegramEmulator, method: string, payload: object): Promise<T> {
  const request = http.request(`${emulator.url}/bot${DEFAULT_BOT.token}/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    agent: false,
  });
  request.end(JSON.stringify(payload));
  const [answer] = (await once(request, "response")) as [http.IncomingMessage];
  const { ok, result } = (await json(answer)) as { ok: boolean; result: T };
  if (!ok) throw new Error(`${method} was refused with ${answer.statusCode}`);
  return result;
}

function failNext(emulator: TelegramEmulator, fault: SendFault) {
  const scope = { path: "sendMessage", times: 1 };
  switch (fault) {
    case "rate-limited":
      emulator.inject({ ...scope, action: { retryAfterSeconds: RETRY_AFTER_S } });
      return { retryAfterMs: RETRY_AFTER_S * 1_000 };
    case "server-error":
      return void emulator.inject({ ...scope, action: { status: 500, description: "Internal Server Error" } });
    case "response-lost":
      return void emulator.inject({ ...scope, action: "reset-after" });
  }
}

function forge() {
  const message = { message_id: 1, date: 1_790_000_000, chat: { id: 7, type: "private" }, text: "forged" };
  const body = Buffer.from(JSON.stringify({ update_id: 1, message }));
  const header = "x-telegram-bot-api-secret-token";
  const request = (headers: Record<string, string | readonly string[]>) => ({
    method: "POST",
    path: defaults.webhookPath,
    query: {},
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return [
    { what: "no secret", request: request({}) },
    { what: "an empty secret", request: request({ [header]: "" }) },
    { what: "another secret", request: request({ [header]: "guess" }) },
    { what: "the beginning of the secret", request: request({ [header]: webhookSecret.slice(0, -1) }) },
    { what: "the secret in capitals", request: request({ [header]: webhookSecret.toUpperCase() }) },
    { what: "the secret and more", request: request({ [header]: `${webhookSecret}1` }) },
    { what: "the secret twice", request: request({ [header]: [webhookSecret, webhookSecret] }) },
    { what: "the secret in other letters", request: request({ [header]: webhookSecret.replace("o", "ο") }) },
  ];
}

/** The channel as the conformance suite has to know it, over each way in. */
export const conformances: readonly ChannelConformanceOptions<TelegramAccount>[] = (
  ["polling", "webhook"] as const
).map((mode) => ({
  plugin: telegram,
  manifest: packageJson.loong,
  title: `over ${mode}`,
  harness: () => harness(mode),
}));
