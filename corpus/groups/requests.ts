import { randomBytes } from "node:crypto";
import { canaries } from "../canaries.ts";
import type { Json } from "../fixture.ts";
import { feishuEncrypted, feishuSigned, friendIds, type House, httpSigned } from "../house.ts";

/** A request as a fixture describes it: whatever is left out is as the platform would do it. */
export interface RequestInput {
  /** Whose webhook; absent: nobody's, with `path`. */
  readonly to?: "feishu" | "plain" | "telegram" | "http";
  readonly method?: string;
  readonly path?: string;
  /** Laid over the proper ones. `null` takes one away, a list sends it several times. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  /** Laid over a proper event of that platform. */
  readonly event?: Json;
  /** In place of an event: a text as it is, anything else as JSON. */
  readonly body?: Json;
  /** The same, one byte for each character. */
  readonly bytes?: string;
  /** Feishu: `false`, or the key to use instead. */
  readonly encrypt?: boolean | string;
  /** `false`, or how it goes wrong. */
  readonly sign?: boolean | { readonly skew?: number; readonly key?: string; readonly over?: string };
}

const paths = {
  feishu: "/lark/webhook",
  plain: "/lark/plain",
  telegram: "/telegram/webhook",
  http: "/http/messages",
} as const;

/** The bytes of a whole HTTP request. */
export function requestBytes(input: RequestInput, house: House): Buffer {
  const { to, method = "POST", path = to === undefined ? "/" : paths[to] } = input;
  const body = bodyOf(input, house);
  const proper: Record<string, string | readonly string[] | null> = {
    host: "127.0.0.1",
    "content-type": "application/json",
    "content-length": String(body.length),
    ...(to === undefined ? {} : proofOf(input, body)),
  };
  const headers = { ...proper, ...input.headers };
  const lines = Object.entries(headers).flatMap(([name, value]) => {
    const values = value === null ? [] : typeof value === "string" ? [value] : value;
    return values.map((each) => `${name}: ${each}\r\n`);
  });
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1"), body]);
}

function bodyOf(input: RequestInput, house: House): Buffer {
  const plain = plainOf(input, house);
  if (input.to !== "feishu" || input.encrypt === false) return plain;
  return Buffer.from(feishuEncrypted(plain, typeof input.encrypt === "string" ? input.encrypt : undefined));
}

function plainOf({ to, bytes, body, event }: RequestInput, house: House): Buffer {
  if (bytes !== undefined) return Buffer.from(bytes, "latin1");
  if (body !== undefined) return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const proper = to === undefined ? {} : properEvents[to](house);
  return Buffer.from(JSON.stringify(event === undefined ? proper : laidOver(proper, event)));
}

function proofOf({ to, sign = true }: RequestInput, body: Buffer): Readonly<Record<string, string>> {
  if (sign === false) return {};
  const { skew = 0, key, over } = sign === true ? {} : sign;
  if (to === "telegram") return { "x-telegram-bot-api-secret-token": key ?? canaries.telegramWebhookSecret };
  if (to === "http") return httpSigned(over ?? body, skew);
  return to === "feishu" ? feishuSigned(over ?? body, skew, key) : {};
}

/** Objects are merged; `{"$absent": true}` takes a key away, `{"$is": value}` replaces whatever stood there. */
export function laidOver(proper: Json, changes: Json): Json {
  if (!isObject(changes)) return changes;
  if ("$is" in changes) return changes["$is"] ?? null;
  const base = isObject(proper) ? { ...proper } : {};
  for (const [key, change] of Object.entries(changes)) {
    if (isObject(change) && "$absent" in change) delete base[key];
    else
      Object.defineProperty(base, key, {
        value: laidOver(base[key] ?? null, change),
        enumerable: true,
        configurable: true,
      });
  }
  return base;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const newId = () => randomBytes(12).toString("hex");

/** What each platform sends when somebody who may speak says something to the bot. */
export const properEvents: Readonly<Record<NonNullable<RequestInput["to"]>, (house: House) => Json>> = {
  feishu: (house) => feishuEvent(house, house.feishuAppId, canaries.feishuVerificationToken),
  plain: (house) => feishuEvent(house, house.plainAppId, canaries.feishuSecondToken),
  telegram(house) {
    const id = friendIds.telegram(house.nextFriend());
    const from = { id, is_bot: false, first_name: "Tina" };
    const messageId = Math.floor(Math.random() * 1e9);
    const chat = { id, type: "private", first_name: "Tina" };
    return {
      update_id: Math.floor(Math.random() * 1e9),
      message: { message_id: messageId, from, chat, date: Math.floor(Date.now() / 1_000), text: "hello" },
    };
  },
  http: () => ({
    id: newId(),
    conversation: { id: "room", type: "direct" },
    sender: { id: "stranger" },
    text: "hello",
  }),
};

function feishuEvent(house: House, appId: string, token: string): Json {
  const { room, bot } = house.people;
  return {
    schema: "2.0",
    header: {
      event_id: newId(),
      event_type: "im.message.receive_v1",
      app_id: appId,
      token,
      create_time: String(Date.now()),
    },
    event: {
      sender: { sender_id: { open_id: friendIds.feishu(house.nextFriend()) }, sender_type: "user" },
      message: {
        message_id: `om_${newId()}`,
        create_time: String(Date.now()),
        chat_id: room,
        chat_type: "group",
        message_type: "text",
        content: JSON.stringify({ text: "@_user_1 hello" }),
        mentions: [{ key: "@_user_1", id: { open_id: bot }, name: "Loong" }],
      },
    },
  };
}
