import type { JsonValue } from "@loong/sdk";
import { webhookErrors } from "../errors.ts";
import { withoutMentions } from "../outbound/mentions.ts";
import { type Meanings, refusalByCode, rowsByCode } from "./answers.ts";
import { type Draft, type Receiver, type Refusal, type WordContent, expectFits, isObject } from "./receiver.ts";

const LABEL = "WeCom";
const MAX_TEXT_BYTES = 2_048;
const MAX_MARKDOWN_BYTES = 4_096;
/** Twenty messages in a minute; the answer names no wait. */
const RATE_WINDOW_MS = 60_000;

/** @see https://developer.work.weixin.qq.com/document/path/90313 (through copies of it, 2026-11) */
const meanings: Meanings = {
  WEBHOOK_UNKNOWN: [93000],
  WEBHOOK_BAD_MESSAGE: [40008, 40058, 44001, 44002, 44003, 44004, 47001],
  WEBHOOK_TOO_LONG: [45002],
  WEBHOOK_IP_REFUSED: [60020],
  WEBHOOK_RATE_LIMITED: [45009, 45033],
  WEBHOOK_SERVER_ERROR: [-1],
};
const reading = { names: { code: ["errcode"], said: ["errmsg"] }, rowOf: rowsByCode(meanings) };

/**
 * Group robots of WeCom.
 *
 * @see https://developer.work.weixin.qq.com/document/path/91770 (through copies of it, 2026-11)
 */
export const wecomReceiver: Receiver = {
  label: LABEL,
  signs: false,
  takesToken: false,
  write,
  authenticate: (outgoing) => outgoing,
  refusal(answer, nowMs) {
    const refusal = refusalByCode(answer, nowMs, reading);
    return refusal === undefined ? undefined : withWait(refusal);
  },
  trial: {
    method: "POST",
    body: { msgtype: "probe" },
    proof: new Set(["WEBHOOK_BAD_MESSAGE"]),
    doubt:
      "tried with a message of an unknown type, which it refuses. Whether it looks at the key before that is not documented.",
  },
};

function withWait(refusal: Refusal): Refusal {
  if (refusal.row !== "WEBHOOK_RATE_LIMITED") return refusal;
  return { retryAfterMs: RATE_WINDOW_MS, ...refusal };
}

function write(content: WordContent): Draft {
  switch (content.type) {
    case "text": {
      const text = withoutMentions(content.text);
      if (Buffer.byteLength(text) <= MAX_TEXT_BYTES) return { body: { msgtype: "text", text: { content: text } } };
      return { body: markdownMessage(text), degraded: `over ${MAX_TEXT_BYTES} bytes, sent as markdown` };
    }
    case "markdown":
      return { body: markdownMessage(withoutMentions(content.markdown)) };
    case "card":
      return { body: cardMessage(content.card) };
  }
}

function markdownMessage(content: string): JsonValue {
  expectFits(LABEL, "bytes of markdown", Buffer.byteLength(content), MAX_MARKDOWN_BYTES);
  return { msgtype: "markdown", markdown: { content } };
}

function cardMessage(card: JsonValue): JsonValue {
  if (!isObject(card)) {
    throw webhookErrors.WEBHOOK_CARD_FORM([LABEL, "an object: a template card, or a whole message with msgtype"]);
  }
  return "msgtype" in card ? card : { msgtype: "template_card", template_card: card };
}
