import type { OutboundContent } from "@loong/sdk";
import type { NativeMessage } from "../api/endpoints.ts";
import { cardMarkdown } from "../outbound/card-markdown.ts";
import { writeMentions } from "../outbound/mention.ts";
import { fits } from "../outbound/render.ts";

/** The element that grows. */
export const ANSWER = "answer";
const CUT_MARK = " …";
/** What is left of a preview that cannot be taken away. */
const NOTHING = "…";

/** Markdown as the growing element shows it. */
export function answerText(markdown: string): string {
  return writeMentions(cardMarkdown(markdown), "card");
}

/** A card that is being written. @see https://open.feishu.cn/document/cardkit-v1/streaming-updates-openapi-overview (read 2026-05) */
export function growingCard(markdown: string): string {
  return cardOf(markdownElement(answerText(markdown)), { streaming_mode: true });
}

/** The same words in a card that is not being written. */
export function wholeCard(markdown: string): string {
  return cardOf(markdownElement(answerText(markdown)));
}

/** A card that says it all, or `undefined` where a card cannot: pictures, files, cards of their author, and what is too long. */
export function finishedCard(content: OutboundContent): string | undefined {
  if (content.type !== "markdown" && content.type !== "text") return undefined;
  const card = content.type === "markdown" ? wholeCard(content.markdown) : cardOf(plain(content.text));
  return fitsCard(card) ? card : undefined;
}

/** Could grow again. */
export function emptyCard(): string {
  return cardOf(markdownElement(NOTHING));
}

/** The beginning of `markdown`, as much as one card shows. */
export function headOf(markdown: string): string {
  let head = markdown;
  while (!fitsCard(growingCard(head))) {
    const length = Math.floor(head.length * 0.8) - CUT_MARK.length;
    // A character of two units is not cut between them.
    head = head.slice(0, length).replace(/[\uD800-\uDBFF]$/, "") + CUT_MARK;
  }
  return head;
}

export function asMessage(content: string): NativeMessage {
  return { type: "interactive", content };
}

export function cardReference(cardId: string): NativeMessage {
  return asMessage(JSON.stringify({ type: "card", data: { card_id: cardId } }));
}

function cardOf(element: object, config: object = {}): string {
  return JSON.stringify({ schema: "2.0", config: { update_multi: true, ...config }, body: { elements: [element] } });
}

function markdownElement(content: string): object {
  return { tag: "markdown", element_id: ANSWER, content };
}

/** Shown as it is written. */
function plain(content: string): object {
  return { tag: "div", text: { tag: "plain_text", content } };
}

function fitsCard(card: string): boolean {
  return fits(asMessage(card));
}
