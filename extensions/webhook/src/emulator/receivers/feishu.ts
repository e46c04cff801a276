import { createHmac } from "node:crypto";
import { isRecord, recordAt, stringAt } from "@loong/emulator-kit";
import type { Hook } from "../hooks.ts";
import { wordsIn } from "../words.ts";
import type { Call, Receiver, Reply } from "./receiver.ts";

const MAX_BYTES = 20 * 1024;
const SIGN_WINDOW_SECONDS = 3_600;
const PATH = /^\/open-apis\/bot\/v2\/hook\/([^/]+)$/;
const TYPES = new Set(["text", "post", "image", "share_chat", "interactive"]);

/**
 * Custom bots of Feishu and Lark. Every error comes with HTTP 200. In which order the checks come is not documented.
 *
 * @see https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (read 2026-11)
 */
export const feishuReceiver: Receiver = {
  kinds: ["feishu", "lark"],
  rates: [
    { max: 5, withinMs: 1_000 },
    { max: 100, withinMs: 60_000 },
  ],
  tooFast: { code: 11232, words: "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]" },
  tokenOf: ({ path }) => PATH.exec(path)?.[1],
  error: refused,
  answer(call, hook, nowMs) {
    if (hook === undefined) return refused(19001, "param invalid: incoming webhook access token invalid");
    const { body } = call;
    if (call.method !== "POST" || !isRecord(body)) return refused(9499, "Bad Request");
    if (!isSigned(body, hook, nowMs)) {
      return refused(19021, "sign match fail or timestamp is not within one hour from current time");
    }
    return refusalOfWords(call, hook) ?? taken(body);
  },
};

function refused(code: number | string, msg: string): Reply {
  return { status: 200, body: { code, data: {}, msg } };
}

function taken(body: unknown): Reply {
  return {
    status: 200,
    body: { StatusCode: 0, StatusMessage: "success", code: 0, data: {}, msg: "success" },
    shows: { text: textOf(body), type: stringAt(body, "msg_type") ?? "" },
  };
}

function isSigned(body: unknown, { options: { secret } }: Hook, nowMs: number): boolean {
  if (secret === undefined) return true;
  const timestamp = stringAt(body, "timestamp") ?? "";
  const isFresh = Math.abs(nowMs / 1_000 - Number(timestamp)) <= SIGN_WINDOW_SECONDS;
  return isFresh && stringAt(body, "sign") === createHmac("sha256", `${timestamp}\n${secret}`).digest("base64");
}

function refusalOfWords({ body, bytes }: Call, { options: { keywords } }: Hook): Reply | undefined {
  const type = stringAt(body, "msg_type") ?? "";
  if (type === "") return refused(19002, "params error, msg_type need");
  if (!TYPES.has(type) || !hasContent(type, body)) return refused(9499, "Bad Request");
  if (bytes > MAX_BYTES) return refused(19036, "the request body is too large");
  const text = textOf(body);
  if (keywords === undefined || keywords.some((keyword) => text.includes(keyword))) return undefined;
  return refused(19024, "Key Words Not Found");
}

/** The content is an object, not a string as elsewhere on this platform; a card stands beside it. */
function hasContent(type: string, body: unknown): boolean {
  if (type !== "interactive") return recordAt(body, "content") !== undefined;
  const card = recordAt(body, "card");
  return card !== undefined && (recordAt(card, "body") ?? card)["elements"] !== undefined;
}

function textOf(body: unknown): string {
  return wordsIn(recordAt(body, "card") ?? recordAt(body, "content") ?? {}).join("\n");
}
