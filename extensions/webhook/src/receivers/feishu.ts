import { createHmac } from "node:crypto";
import type { JsonValue } from "@loong/sdk";
import { webhookErrors } from "../errors.ts";
import { withoutMentions } from "../outbound/mentions.ts";
import { type Meanings, refusalByCode, rowsByCode } from "./answers.ts";
import {
  type Draft,
  type Outgoing,
  type Receiver,
  type WordContent,
  byteLength,
  expectFits,
  isObject,
} from "./receiver.ts";

/** Of the whole request, signature included. */
const MAX_BYTES = 20 * 1024;
const SIGNATURE_BYTES = 128;

const meanings: Meanings = {
  WEBHOOK_UNKNOWN: [19001],
  WEBHOOK_BAD_MESSAGE: [9499, 19002],
  WEBHOOK_SIGNATURE_REFUSED: [19021],
  WEBHOOK_IP_REFUSED: [19022],
  WEBHOOK_KEYWORDS_MISSING: [19024],
  WEBHOOK_TOO_LONG: [19036],
  WEBHOOK_RATE_LIMITED: [11232, 11233, 99991400],
  WEBHOOK_SERVER_ERROR: [2200],
};
const reading = {
  // Successes of the older form carry only StatusCode.
  names: { code: ["code", "StatusCode"], said: ["msg", "StatusMessage"] },
  rowOf: rowsByCode(meanings),
};

/**
 * Custom bots of Feishu and Lark.
 *
 * @see https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (read 2026-11)
 */
export function feishuReceiver(label: "Feishu" | "Lark", secret: string | undefined): Receiver {
  return {
    label,
    signs: true,
    takesToken: false,
    write: (content) => write(content, label),
    authenticate: (outgoing, nowMs) => (secret === undefined ? outgoing : signed(outgoing, secret, nowMs)),
    refusal: (answer, nowMs) => refusalByCode(answer, nowMs, reading),
    trial: {
      method: "POST",
      body: {},
      proof: new Set(["WEBHOOK_BAD_MESSAGE", "WEBHOOK_KEYWORDS_MISSING"]),
      doubt:
        "tried with a message without a type, which it refuses. Whether it looks at signature, keywords and addresses before that is not documented.",
    },
  };
}

function write(content: WordContent, label: string): Draft {
  const body = bodyOf(content, label);
  expectFits(label, "bytes", byteLength(body) + SIGNATURE_BYTES, MAX_BYTES);
  return { body };
}

function bodyOf(content: WordContent, label: string): JsonValue {
  switch (content.type) {
    case "text":
      return { msg_type: "text", content: { text: withoutMentions(content.text) } };
    case "markdown":
      return { msg_type: "interactive", card: cardOf(content.markdown) };
    case "card": {
      const { card } = content;
      if (!isObject(card))
        throw webhookErrors.WEBHOOK_CARD_FORM([label, "an object: a card, or a whole message with msg_type"]);
      return "msg_type" in card ? card : { msg_type: "interactive", card };
    }
  }
}

/** @see https://open.feishu.cn/document/feishu-cards/card-json-v2-structure (read 2026-05) */
function cardOf(markdown: string): JsonValue {
  const content = withoutMentions(linkPictures(markdown));
  return { schema: "2.0", body: { elements: [{ tag: "markdown", content }] } };
}

/** A card shows only pictures that were uploaded before; one from elsewhere would spoil the whole card. */
function linkPictures(markdown: string): string {
  const [fence, picture] = [
    /(^ {0,3}(?:```|~~~)[\s\S]*?^ {0,3}(?:```|~~~)[^\n]*$)/m,
    /!\[([^\][]*)\]\((?!img_)([^)\s[]+)(?:\s[^)[]*)?\)/g,
  ];
  return markdown
    .split(fence)
    .map((part, index) =>
      index % 2 === 1
        ? part
        : part.replaceAll(picture, (_, alt: string, url: string) => `[${alt === "" ? url : alt}](${url})`),
    )
    .join("");
}

/** The key is timestamp and secret; what is signed is nothing. */
function signed(outgoing: Outgoing, secret: string, nowMs: number): Outgoing {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const sign = createHmac("sha256", `${timestamp}\n${secret}`).digest("base64");
  const body = outgoing.body !== undefined && isObject(outgoing.body) ? outgoing.body : {};
  return { ...outgoing, body: { timestamp, sign, ...body } };
}
