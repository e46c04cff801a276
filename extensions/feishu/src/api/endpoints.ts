import type { IncomingMessage } from "node:http";
import type { ReceiveIdType } from "../config.ts";
import { feishuErrors } from "../errors.ts";
import type { ApiAnswer, ApiClient } from "./client.ts";
import type { HttpBody } from "./transport.ts";

const IM = "/open-apis/im/v1";
/** An upload may be 30 MB over a slow line. */
const UPLOAD_TIMEOUT_MS = 120_000;

export interface Target {
  readonly type: ReceiveIdType;
  readonly id: string;
}

export type MessageType = "text" | "post" | "interactive" | "image" | "file" | "audio" | "media";

/** One message in the platform's own form. */
export interface NativeMessage {
  readonly type: MessageType;
  /** JSON text whose shape depends on `type`. */
  readonly content: string;
}

export interface BotInfo {
  /** The bot's id as the bot itself sees it; another app sees another one. */
  readonly openId: string;
  readonly name: string;
  readonly isEnabled: boolean;
  readonly activateStatus: number;
}

/** The calls this channel makes. Limits and shapes: https://open.feishu.cn/document/server-docs/im-v1 (read 2026-05). */
export interface LarkApi {
  botInfo(signal: AbortSignal): Promise<BotInfo>;
  /** @param uuid - The platform shows at most one message per uuid within an hour; a repeat gives the first message's id. */
  create(target: Target, message: NativeMessage, uuid: string, signal: AbortSignal): Promise<string>;
  reply(to: string, message: NativeMessage, uuid: string, inThread: boolean, signal: AbortSignal): Promise<string>;
  /** Text and rich text only. */
  edit(messageId: string, message: NativeMessage, signal: AbortSignal): Promise<void>;
  /** Cards only, `update_multi` before and after. */
  patchCard(messageId: string, card: string, signal: AbortSignal): Promise<void>;
  /** Takes back a message of the bot's own: people see that there was one. */
  recall(messageId: string, signal: AbortSignal): Promise<void>;
  /** Whether a message is there and was not taken back, by whomever. */
  isShown(messageId: string, signal: AbortSignal): Promise<boolean>;
  addReaction(messageId: string, emoji: string, signal: AbortSignal): Promise<string>;
  removeReaction(messageId: string, reactionId: string, signal: AbortSignal): Promise<void>;
  uploadImage(body: HttpBody, signal: AbortSignal): Promise<string>;
  uploadFile(body: HttpBody, signal: AbortSignal): Promise<string>;
  /** What came with a message. Audio and video count as files. */
  resource(messageId: string, key: string, type: "image" | "file", signal: AbortSignal): Promise<IncomingMessage>;
  /** Whether a chat is between two. */
  isDirect(chatId: string, signal: AbortSignal): Promise<boolean>;
}

export function createLarkApi(client: ApiClient): LarkApi {
  const message = (id: string, rest = "") => `${IM}/messages/${segment(id)}${rest}`;
  return {
    async botInfo(signal) {
      const answer = await client.call({ operation: "read", method: "GET", path: "/open-apis/bot/v3/info" }, signal);
      const bot = (answer.bot ?? {}) as { open_id?: unknown; app_name?: unknown; activate_status?: unknown };
      const activateStatus = typeof bot.activate_status === "number" ? bot.activate_status : -1;
      const name = typeof bot.app_name === "string" ? bot.app_name : "";
      return { openId: need(bot.open_id), name, activateStatus, isEnabled: activateStatus === 2 };
    },
    async create({ type, id }, { type: msg_type, content }, uuid, signal) {
      const json = { receive_id: id, msg_type, content, uuid };
      const query = { receive_id_type: type };
      const path = `${IM}/messages`;
      return need(
        field(await client.call({ operation: "send", method: "POST", path, query, json }, signal), "message_id"),
      );
    },
    async reply(to, { type: msg_type, content }, uuid, inThread, signal) {
      const json = { msg_type, content, uuid, ...(inThread ? { reply_in_thread: true } : {}) };
      const path = message(to, "/reply");
      return need(field(await client.call({ operation: "reply", method: "POST", path, json }, signal), "message_id"));
    },
    async edit(id, { type: msg_type, content }, signal) {
      await client.call({ operation: "edit", method: "PUT", path: message(id), json: { msg_type, content } }, signal);
    },
    async patchCard(id, content, signal) {
      await client.call({ operation: "edit", method: "PATCH", path: message(id), json: { content } }, signal);
    },
    async recall(id, signal) {
      await client.call({ operation: "edit", method: "DELETE", path: message(id) }, signal);
    },
    async isShown(id, signal) {
      const items = field(await client.call({ operation: "read", method: "GET", path: message(id) }, signal), "items");
      const [found] = Array.isArray(items) ? (items as readonly { deleted?: unknown }[]) : [];
      return found !== undefined && found.deleted !== true;
    },
    async addReaction(id, emoji, signal) {
      const json = { reaction_type: { emoji_type: emoji } };
      const path = message(id, "/reactions");
      return need(
        field(await client.call({ operation: "reaction", method: "POST", path, json }, signal), "reaction_id"),
      );
    },
    async removeReaction(id, reactionId, signal) {
      const path = message(id, `/reactions/${segment(reactionId)}`);
      await client.call({ operation: "reaction", method: "DELETE", path }, signal);
    },
    async uploadImage(body, signal) {
      const request = {
        operation: "upload",
        method: "POST",
        path: `${IM}/images`,
        timeoutMs: UPLOAD_TIMEOUT_MS,
      } as const;
      return need(field(await client.call({ ...request, body }, signal), "image_key"));
    },
    async uploadFile(body, signal) {
      const request = {
        operation: "upload",
        method: "POST",
        path: `${IM}/files`,
        timeoutMs: UPLOAD_TIMEOUT_MS,
      } as const;
      return need(field(await client.call({ ...request, body }, signal), "file_key"));
    },
    resource(id, key, type, signal) {
      const path = message(id, `/resources/${segment(key)}`);
      return client.open({ operation: "download", method: "GET", path, query: { type } }, signal);
    },
    async isDirect(chatId, signal) {
      const path = `${IM}/chats/${segment(chatId)}`;
      return field(await client.call({ operation: "read", method: "GET", path }, signal), "chat_mode") === "p2p";
    },
  };
}

/** One step of a path. Two dots would lead out of it, however they are written. @throws FEISHU_ID_FORM */
function segment(id: string): string {
  if (/^\.{1,2}$/.test(id)) throw feishuErrors.FEISHU_ID_FORM([id]);
  return encodeURIComponent(id);
}

/** @throws FEISHU_BAD_ANSWER: a success without what it promises. */
export function need(value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw feishuErrors.FEISHU_BAD_ANSWER(["The platform", 200]);
}

export function field({ data }: ApiAnswer, name: string): unknown {
  return typeof data === "object" && data !== null ? (data as Record<string, unknown>)[name] : undefined;
}
