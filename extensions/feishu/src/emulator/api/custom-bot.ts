import {
  type EmulatorClock,
  isRecord,
  type JsonRecord,
  numberAt,
  parseJson,
  recordAt,
  stringAt,
} from "@loong/emulator-kit";
import { customBotSign } from "../events/crypto.ts";
import { randomHex } from "../ids.ts";
import type { App } from "../state/apps.ts";
import type { Chat } from "../state/rooms.ts";
import type { World } from "../state/world.ts";
import { readable, receive } from "../state/wording.ts";
import { body, type Answer } from "./answer.ts";
import { checkCard } from "./card-rules.ts";
import type { OpenCall, Route } from "./router.ts";

/** A robot of one group that only posts. It is safer with a secret, keywords or addresses. */
export interface CustomBotOptions {
  readonly name?: string;
  readonly secret?: string;
  readonly keywords?: readonly string[];
  readonly allowedIps?: readonly string[];
}

export interface CustomBots {
  /** @returns the token, the last part of the hook's address. */
  add(chat: Chat, options: CustomBotOptions): string;
  readonly routes: readonly Route[];
}

interface CustomBot {
  readonly chat: Chat;
  readonly speaker: App;
  readonly options: CustomBotOptions;
  readonly callsMs: number[];
}

const MAX_BYTES = 20 * 1024;
const SIGN_WINDOW_SECONDS = 3600;
const PER_SECOND = 5;
const PER_MINUTE = 100;
const TYPES = new Set(["text", "post", "image", "share_chat", "interactive"]);

/** @see https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (read 2026-05); every error comes with HTTP 200. */
export function createCustomBots(world: World): CustomBots {
  const bots = new Map<string, CustomBot>();
  const handle = (call: OpenCall): Answer => hook(call, bots.get(call.params["token"] ?? ""), world);
  return {
    add(chat, options) {
      const token = randomHex();
      bots.set(token, { chat, speaker: speakerFor(token, options.name ?? "Custom bot"), options, callsMs: [] });
      return token;
    },
    routes: [{ method: "POST", path: "/open-apis/bot/v2/hook/:token", auth: "none", handle }],
  };
}

/** Custom bots are no apps, but they speak in rooms as one. */
function speakerFor(token: string, botName: string): App {
  return {
    appId: `custom-bot-${token.slice(0, 8)}`,
    secret: "",
    botName,
    botUnionId: `on_${token}`,
    botOpenId: `ou_${token}`,
    brand: "feishu",
    encryptKey: undefined,
    verificationToken: "",
    scopes: undefined,
    events: undefined,
    botEnabled: true,
    webhookUrl: undefined,
  };
}

function hook(call: OpenCall, bot: CustomBot | undefined, world: World): Answer {
  if (bot === undefined) return refused(19001, "param invalid: incoming webhook access token invalid");
  if (!isRecord(call.body)) return refused(9499, "Bad Request");
  const why = checkCaller(call, bot, world.clock) ?? checkWords(call.body, call.raw.length, bot);
  if (why !== undefined) return refused(...why);
  const msgType = stringAt(call.body, "msg_type") ?? "";
  const sent = wordsOf(call.body);
  world.rooms.post({
    chat: bot.chat,
    sender: { kind: "app", app: bot.speaker },
    msgType,
    sent,
    ...receive(msgType, sent, () => undefined),
  });
  return body({ StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" });
}

function refused(code: number, msg: string): Answer {
  return body({ code, data: {}, msg });
}

type Why = [code: number, msg: string];

function checkCaller(
  { body: request, remoteAddress }: OpenCall,
  bot: CustomBot,
  clock: EmulatorClock,
): Why | undefined {
  const { secret, allowedIps } = bot.options;
  if (isTooOften(bot, clock.now())) return [11232, "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]"];
  if (allowedIps !== undefined && !allowedIps.includes(remoteAddress)) return [19022, "Ip Not Allowed"];
  if (secret === undefined || isSigned(request, secret, clock.now())) return undefined;
  return [19021, "sign match fail or timestamp is not within one hour from current time"];
}

function isSigned(request: unknown, secret: string, nowMs: number): boolean {
  const timestamp = stringAt(request, "timestamp") ?? String(numberAt(request, "timestamp") ?? "");
  const ageSeconds = Math.abs(nowMs / 1000 - Number(timestamp));
  return ageSeconds <= SIGN_WINDOW_SECONDS && stringAt(request, "sign") === customBotSign(timestamp, secret);
}

function isTooOften({ callsMs }: CustomBot, nowMs: number): boolean {
  while ((callsMs[0] ?? nowMs) <= nowMs - 60_000) callsMs.shift();
  const lastSecond = callsMs.filter((atMs) => atMs > nowMs - 1000).length;
  if (lastSecond >= PER_SECOND || callsMs.length >= PER_MINUTE) return true;
  callsMs.push(nowMs);
  return false;
}

function checkWords(request: JsonRecord, bytes: number, bot: CustomBot): Why | undefined {
  const msgType = stringAt(request, "msg_type");
  if (!msgType) return [19002, "params error, msg_type need"];
  if (!TYPES.has(msgType)) return [9499, "Bad Request"];
  if (bytes > MAX_BYTES) return [19036, "the request body is too large"];
  const words = wordsOf(request);
  if (msgType === "interactive" && checkCard(words, { maxTables: 5, hasImage: () => true }) !== undefined)
    return [9499, "Bad Request"];
  if (msgType !== "interactive" && recordAt(request, "content") === undefined) return [9499, "Bad Request"];
  return hasKeyword(bot, msgType, words) ? undefined : [19024, "Key Words Not Found"];
}

function hasKeyword({ options }: CustomBot, msgType: string, words: string): boolean {
  const { keywords } = options;
  if (keywords === undefined) return true;
  const text = readable(msgType, parseJson(receive(msgType, words, () => undefined).content), []);
  return keywords.some((keyword) => text.includes(keyword));
}

/** The content is an object here, and a post has one more layer; a card stands beside it. */
function wordsOf(request: JsonRecord): string {
  const content = recordAt(request, "content");
  if (stringAt(request, "msg_type") === "interactive") return JSON.stringify(request["card"]);
  return JSON.stringify(recordAt(content, "post") ?? content ?? {});
}
