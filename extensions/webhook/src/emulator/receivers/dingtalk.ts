import { createHmac } from "node:crypto";
import { recordAt, stringAt } from "@loong/emulator-kit";
import type { Hook } from "../hooks.ts";
import { wordsIn } from "../words.ts";
import type { Call, Receiver, Reply } from "./receiver.ts";

const MAX_BYTES = 20_000;
const SIGN_WINDOW_MS = 3_600_000;
const PENALTY_MS = 600_000;
const MORE = "more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]";
/** What a type cannot do without. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  text: ["content"],
  markdown: ["title", "text"],
  link: ["title", "text", "messageUrl"],
  actionCard: ["title", "text"],
  feedCard: [],
};

/**
 * Custom robots of DingTalk. Every error comes with HTTP 200.
 *
 * @see https://open.dingtalk.com/document/robots/custom-robot-access (through copies of it, 2026-11). A token nobody has is
 *   answered with 300005, not with the 400101 of the table; in which order the checks come is not documented.
 */
export const dingtalkReceiver: Receiver = {
  kinds: ["dingtalk"],
  rates: [{ max: 20, withinMs: 60_000 }],
  penaltyMs: PENALTY_MS,
  tooFast: { code: 130101, words: "send too fast, exceed 20 times per minute" },
  tokenOf: ({ path, query }) => (path === "/robot/send" ? (query.get("access_token") ?? "") : undefined),
  error: refused,
  answer(call, hook, nowMs) {
    if (call.headers["content-type"]?.includes("json") !== true)
      return refused(43004, "无效的HTTP HEADER Content-Type");
    if (hook === undefined) return refused(300005, "token is not exist");
    return refusalOfSign(call, hook, nowMs) ?? refusalOfWords(call, hook) ?? taken(call);
  },
};

function refused(code: number | string, words: string): Reply {
  return { status: 200, body: { errcode: code, errmsg: words } };
}

function refusalOfSign({ query }: Call, { options: { secret } }: Hook, nowMs: number): Reply | undefined {
  if (secret === undefined) return undefined;
  const timestamp = query.get("timestamp") ?? "";
  if (Math.abs(nowMs - Number(timestamp)) > SIGN_WINDOW_MS) return refused(310000, `invalid timestamp, ${MORE}`);
  const sign = createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
  return query.get("sign") === sign ? undefined : refused(310000, `sign not match, ${MORE}`);
}

function refusalOfWords({ body, bytes }: Call, { options: { keywords } }: Hook): Reply | undefined {
  if (body === undefined) return refused(40035, "缺少参数 json");
  const type = stringAt(body, "msgtype") ?? "";
  const needs = NEEDS[type];
  if (needs === undefined) return refused(400105, "不支持的消息类型");
  const missing = needs.find((key) => (stringAt(recordAt(body, type), key) ?? "") === "");
  if (missing !== undefined) return refused(400402, `参数 ${type} --》 ${missing} 缺失，或者参数格式不正确`);
  if (bytes > MAX_BYTES) return refused(460101, "message too long, exceed 20000 bytes");
  const text = textOf(body, type);
  if (keywords === undefined || keywords.some((keyword) => text.includes(keyword))) return undefined;
  return refused(310000, `keywords not in content, ${MORE}`);
}

function taken({ body }: Call): Reply {
  const type = stringAt(body, "msgtype") ?? "";
  return { status: 200, body: { errcode: 0, errmsg: "ok" }, shows: { text: textOf(body, type), type } };
}

function textOf(body: unknown, type: string): string {
  return wordsIn(recordAt(body, type)).join("\n");
}
