import { createHmac } from "node:crypto";
import type { JsonValue } from "@loong/sdk";
import { webhookErrors } from "../errors.ts";
import { type Meanings, refusalByCode, rowsByCode } from "./answers.ts";
import {
  type Draft,
  type Outgoing,
  type Receiver,
  type Refusal,
  type WordContent,
  byteLength,
  expectFits,
  isObject,
} from "./receiver.ts";

const LABEL = "DingTalk";
const MAX_BYTES = 20_000;
/** Shown in the list of conversations instead of the words. */
const MAX_TITLE_CHARACTERS = 60;
/** After twenty messages in a minute a robot is silent for ten. */
const PENALTY_MS = 600_000;

const meanings: Meanings = {
  WEBHOOK_UNKNOWN: [300001, 300005, 400101, 400106],
  WEBHOOK_ROOM_CLOSED: [400013, 400102],
  WEBHOOK_BAD_MESSAGE: [40035, 43004, 400105, 400402],
  WEBHOOK_CONTENT_REFUSED: [430101, 430102, 430103, 430104],
  WEBHOOK_TOO_LONG: [460101],
  WEBHOOK_RATE_LIMITED: [130101, 410100, 660026],
  WEBHOOK_SERVER_ERROR: [-1],
};
const plainRow = rowsByCode(meanings);
const reading = {
  names: { code: ["errcode"], said: ["errmsg"] },
  rowOf: (coded: { code: number; said: string }) => (coded.code === 310000 ? securityRow(coded.said) : plainRow(coded)),
};

/** Keywords, addresses and signatures share a number; only the words tell which of them it was. */
function securityRow(said: string) {
  if (/keyword|关键词/i.test(said)) return "WEBHOOK_KEYWORDS_MISSING";
  return /\bip\b/i.test(said) ? "WEBHOOK_IP_REFUSED" : "WEBHOOK_SIGNATURE_REFUSED";
}

/**
 * Custom robots of DingTalk.
 *
 * @see https://open.dingtalk.com/document/robots/custom-robot-access (through copies of it, 2026-11)
 */
export function dingtalkReceiver(secret: string | undefined): Receiver {
  return {
    label: LABEL,
    signs: true,
    takesToken: false,
    write,
    authenticate: (outgoing, nowMs) => (secret === undefined ? outgoing : signed(outgoing, secret, nowMs)),
    refusal(answer, nowMs) {
      const refusal = refusalByCode(answer, nowMs, reading);
      return refusal === undefined ? undefined : withWait(refusal);
    },
    trial: {
      method: "POST",
      body: { msgtype: "probe" },
      proof: new Set(["WEBHOOK_BAD_MESSAGE", "WEBHOOK_KEYWORDS_MISSING"]),
      doubt:
        "tried with a message of an unknown type, which it refuses. Whether it looks at token and signature before that is not documented.",
    },
  };
}

function withWait(refusal: Refusal): Refusal {
  return refusal.row === "WEBHOOK_RATE_LIMITED" ? { retryAfterMs: PENALTY_MS, ...refusal } : refusal;
}

function write(content: WordContent): Draft {
  const body = bodyOf(content);
  expectFits(LABEL, "bytes", byteLength(body), MAX_BYTES);
  return { body };
}

/** Nobody is mentioned by words alone here: that takes an `at` beside them, which a whole message may have. */
function bodyOf(content: WordContent): JsonValue {
  switch (content.type) {
    case "text":
      return { msgtype: "text", text: { content: content.text } };
    case "markdown":
      return { msgtype: "markdown", markdown: { title: titleOf(content.markdown), text: content.markdown } };
    case "card": {
      const { card } = content;
      if (!isObject(card)) {
        throw webhookErrors.WEBHOOK_CARD_FORM([LABEL, "an object: an action card, or a whole message with msgtype"]);
      }
      return "msgtype" in card ? card : { msgtype: "actionCard", actionCard: card };
    }
  }
}

/** The first line that has words, without its marks. */
export function titleOf(markdown: string): string {
  const plain = markdown.split("\n").map((line) =>
    line
      .replaceAll(/!?\[([^\][]*)\]\([^)[]*\)/g, "$1")
      .replaceAll(/[#*_`~>|]/g, "")
      .trim(),
  );
  const line = plain.find((one) => /[\p{L}\p{N}]/u.test(one)) ?? "Loong";
  const characters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  return characters.length <= MAX_TITLE_CHARACTERS
    ? line
    : `${characters.slice(0, MAX_TITLE_CHARACTERS - 1).join("")}…`;
}

/** `timestamp` in milliseconds and `sign` go into the address. */
function signed(outgoing: Outgoing, secret: string, nowMs: number): Outgoing {
  const url = new URL(outgoing.url);
  url.searchParams.set("timestamp", String(nowMs));
  url.searchParams.set("sign", createHmac("sha256", secret).update(`${nowMs}\n${secret}`).digest("base64"));
  return { ...outgoing, url };
}
