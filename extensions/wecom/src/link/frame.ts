import { type Body, type JsonObject, isObject, numberOf, objectAt, textAt } from "./json.ts";

/** What the platform sends: its own frames have a `cmd`, its answers an `errcode` and the `req_id` of what they answer. */
export type Frame = Push | Answer;

/** Something that happened. Replies to it carry its `reqId`. */
export interface Push {
  readonly kind: "push";
  readonly cmd: string;
  readonly reqId: string;
  readonly body: JsonObject;
}

/** `code` 0: taken. */
export interface Answer {
  readonly kind: "answer";
  readonly reqId: string;
  readonly code: number;
  readonly detail: string;
  readonly body: JsonObject;
}

/** @see https://developer.work.weixin.qq.com/document/path/101463 (read 2026-05) */
export function encodeFrame(cmd: string, reqId: string, body?: Body): string {
  return JSON.stringify({ cmd, headers: { req_id: reqId }, ...(body === undefined ? {} : { body }) });
}

/** @returns `undefined` for whatever is no frame; the connection goes on without it. */
export function decodeFrame(text: string): Frame | undefined {
  const value = parse(text);
  if (!isObject(value)) return undefined;
  const reqId = textAt(objectAt(value, "headers"), "req_id");
  const body = objectAt(value, "body");
  const cmd = textAt(value, "cmd");
  if (cmd !== "") return { kind: "push", cmd, reqId, body };
  const code = numberOf(value["errcode"]);
  if (reqId === "" || !Number.isSafeInteger(code)) return undefined;
  return { kind: "answer", reqId, code, detail: oneLine(textAt(value, "errmsg")), body };
}

/** The platform leaves control characters that people typed as they are, which JSON forbids inside strings. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parseStrictly(text.replaceAll(/"[^"\\]*(?:\\[^]?[^"\\]*)*"?/g, escapeControls));
  }
}

function parseStrictly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function escapeControls(string: string): string {
  return string.replaceAll(/\p{Cc}/gu, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
