import { randomUUID } from "node:crypto";
import type { JsonValue, OutboundContent, ProbeReport, Receipt } from "@loong/sdk";
import { type LarkApi, type MessageType, createLarkApi } from "./api/endpoints.ts";
import type { ReceiveIdType, RenderMode } from "./config.ts";
import { createConnector } from "./connection.ts";
import { send } from "./outbound/send.ts";
import { targetOf } from "./outbound/target.ts";
import { uploadImageFile } from "./outbound/upload.ts";
import { probe } from "./probe.ts";
import { createRecent } from "./recent.ts";

/** How a script says which app it speaks as. What is left out comes from the environment. */
export interface LarkOptions {
  /** Default: `LARK_APP_ID`, then `FEISHU_APP_ID`. */
  readonly appId?: string;
  /** Default: `LARK_APP_SECRET`, then `FEISHU_APP_SECRET`. */
  readonly appSecret?: string;
  /** Default: `"feishu"`. */
  readonly domain?: "feishu" | "lark";
  /** Address of a private deployment, instead of `domain`. Default: `LARK_BASE_URL`, then `FEISHU_BASE_URL`. */
  readonly baseUrl?: string;
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

export interface LarkSendOptions extends LarkOptions {
  /**
   * At most 50 characters. The platform shows one message per key within an hour, so a call that failed without an answer
   * may be repeated with its key. Default: a new one for each call.
   */
  readonly idempotencyKey?: string;
  /** What a target is whose form does not tell. Default: `"chat_id"`. */
  readonly receiveIdType?: ReceiveIdType;
  readonly renderMode?: RenderMode;
}

/** A file on this machine, or an image the platform has already. */
export type LarkImage = { readonly path: string } | { readonly imageKey: string };

/** Paragraphs of elements: `[[{ tag: "text", text: "hi " }, { tag: "a", text: "docs", href: "https://…" }]]`. */
export interface LarkPost {
  readonly title?: string;
  readonly content: readonly (readonly JsonValue[])[];
}

/**
 * Sends text to a chat (`oc_…`), a person (`ou_…`, `on_…`, an email) or an id of `receiveIdType`.
 *
 * @throws LoongError FEISHU_… with an `outcome` that says whether the message may have been sent.
 */
export function sendMessageLark(to: string, text: string, options: LarkSendOptions = {}): Promise<Receipt> {
  return deliver(to, { type: "text", text }, options);
}

/** Answers the message `messageId` (`om_…`). */
export function replyMessageLark(messageId: string, text: string, options: LarkSendOptions = {}): Promise<Receipt> {
  const content = JSON.stringify({ text });
  return withApi(options, async (api, signal) => ({
    messageId: await api.reply(messageId, { type: "text", content }, keyOf(options), false, signal),
  }));
}

export function sendImageLark(to: string, image: LarkImage, options: LarkSendOptions = {}): Promise<Receipt> {
  if ("path" in image) return deliver(to, { type: "image", file: image }, options);
  return native(to, "image", { image_key: image.imageKey }, options);
}

/** @param card - A card in the platform's own JSON, of either schema, or `{ type: "template", data }`. */
export function sendInteractiveCardLark(to: string, card: JsonValue, options: LarkSendOptions = {}): Promise<Receipt> {
  return native(to, "interactive", card, options);
}

/** Sends rich text. */
export function sendPostLark(
  to: string,
  { title = "", content }: LarkPost,
  options: LarkSendOptions = {},
): Promise<Receipt> {
  return native(to, "post", { zh_cn: { title, content } }, options);
}

/** @returns The image key, good for messages and cards of this app. */
export function uploadImageLark(path: string, options: LarkOptions = {}): Promise<string> {
  return withApi(options, (api, signal) => uploadImageFile(api, { path }, signal));
}

/** Asks the platform whether the credentials work. Reports what is wrong instead of throwing. */
export function probeLarkBot(options: LarkOptions = {}): Promise<ProbeReport> {
  return withApi(options, probe);
}

function deliver(to: string, content: OutboundContent, options: LarkSendOptions): Promise<Receipt> {
  const { receiveIdType = "chat_id", renderMode = "auto" } = options;
  const message = { to, content, idempotencyKey: keyOf(options) };
  const settings = { receiveIdType, renderMode };
  return withApi(options, (api, signal) => send(message, { api, settings, sent: createRecent(1) }, signal));
}

/** As written, with nothing to fall back to. */
function native(to: string, type: MessageType, content: JsonValue, options: LarkSendOptions): Promise<Receipt> {
  const target = targetOf(to, options.receiveIdType ?? "chat_id");
  const message = { type, content: JSON.stringify(content) };
  return withApi(options, async (api, signal) => ({
    messageId: await api.create(target, message, keyOf(options), signal),
  }));
}

function keyOf({ idempotencyKey }: LarkSendOptions): string {
  return idempotencyKey ?? randomUUID();
}

/** A connection of its own for each call, closed after it: these functions keep nothing alive. */
async function withApi<T>(options: LarkOptions, use: (api: LarkApi, signal: AbortSignal) => Promise<T>): Promise<T> {
  const { env = process.env, domain = "feishu", signal = new AbortController().signal } = options;
  const appId = options.appId ?? env["LARK_APP_ID"] ?? env["FEISHU_APP_ID"];
  const appSecret = options.appSecret ?? env["LARK_APP_SECRET"] ?? env["FEISHU_APP_SECRET"];
  const baseUrl = options.baseUrl ?? env["LARK_BASE_URL"] ?? env["FEISHU_BASE_URL"];
  const account = {
    domain,
    ...(appId === undefined ? {} : { appId }),
    ...(appSecret === undefined ? {} : { appSecret }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
  };
  const connector = createConnector(account, "default", Date.now);
  try {
    return await use(createLarkApi(connector.client), signal);
  } finally {
    connector.close();
  }
}
