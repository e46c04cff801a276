import type { JsonRecord } from "@loong/emulator-kit";

/** What the platform answers to a command. */
export interface Answer {
  readonly errcode: number;
  readonly errmsg: string;
  readonly body?: JsonRecord;
  /** Happens once the answer is on its way. */
  readonly afterwards?: () => void;
}

/**
 * The platform's own words, as far as they are known. 40004, 40006, 40007, 40029, 40058 and 45001 are from its table of
 * global codes: which code the long connection gives to a wrong upload, card or response_url is not documented.
 *
 * @see https://developer.work.weixin.qq.com/document/path/90313 (global codes)
 * @see https://developer.work.weixin.qq.com/document/path/101463 (long connection, copy of 2026-05-25)
 */
const WORDS: Readonly<Record<number, string>> = {
  [-1]: "system busy",
  6000: "more than one callers at the same time, data version conflict",
  40004: "invalid media type",
  40006: "invalid media size",
  40007: "invalid media_id",
  40008: "invalid message type",
  40029: "invalid code",
  40058: "invalid request parameter",
  40201: "hit anti-spam check",
  45001: "media file size too large",
  45002: "content too long",
  45009: "api freq out of limit",
  45033: "api concurrent out of limit",
  93001: "chat not allowed",
  93006: "invalid chatid",
  93008: "bot not in group",
  600039: "device type not supported",
  600041: "invalid secret",
  846604: "reply req_id expired",
  846605: "invalid req_id",
  846607: "aibot send msg frequency limit exceeded",
  846608: "stream message update expired",
  846609: "aibot websocket not subscribed",
  850001: "no authority",
  853000: "invalid bot_id or secret",
};

export const OK: Answer = { errcode: 0, errmsg: "ok" };

export function succeed(body: JsonRecord): Answer {
  return { ...OK, body };
}

/** `errmsg`: other words than the platform's, or more precise ones. */
export function refuse(errcode: number, errmsg: string = WORDS[errcode] ?? "error"): Answer {
  return { errcode, errmsg };
}
