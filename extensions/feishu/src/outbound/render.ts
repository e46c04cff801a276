import type { JsonValue } from "@loong/sdk";
import type { NativeMessage } from "../api/endpoints.ts";
import type { RenderMode } from "../config.ts";
import { cardMarkdown } from "./card-markdown.ts";
import { writeMentions } from "./mention.ts";
import { plainText } from "./plain-text.ts";

/** Most bytes of a whole request that carries a card or rich text, and one that carries a text, with room for the ids. */
const RICH_BYTES = 30 * 1024 - 512;
const TEXT_BYTES = 150 * 1024 - 512;
/** Longer plain answers are easier to read in a card. */
const MAX_PLAIN_CHARACTERS = 2_000;

/** One way to say it. `label` is for the operator; `write` may load a parser. */
export interface Rendering {
  readonly label: string;
  write(): Promise<NativeMessage>;
}

export type WordContent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "markdown"; readonly markdown: string }
  | { readonly type: "card"; readonly card: JsonValue; readonly fallbackText: string };

/** The ways to say something, best first. Each next one is for a platform that refused the one before. */
export type Ways = readonly [Rendering, ...Rendering[]];

export function renderings(content: WordContent, mode: RenderMode): Ways {
  switch (content.type) {
    case "text":
      return [verbatim(content.text)];
    case "card":
      return [givenCard(content.card), verbatim(content.fallbackText)];
    case "markdown":
      return markdownRenderings(content.markdown, mode);
  }
}

function markdownRenderings(markdown: string, mode: RenderMode): Ways {
  const text = flattened(markdown);
  const post = markdownPost(markdown);
  switch (mode) {
    case "auto":
      return isPlain(markdown) ? [verbatim(markdown)] : [markdownCard(markdown), post, text];
    case "card":
      return [markdownCard(markdown), post, text];
    case "post":
      return [post, text];
    case "text":
      return [text];
  }
}

/** Whether a message without formatting shows it as it is meant. */
export function isPlain(markdown: string): boolean {
  return (
    markdown.length <= MAX_PLAIN_CHARACTERS &&
    !/[*_`~|#<>[\]\\]|^[^\S\n]*(?:[-+]|\d+[.)])\s|^[^\S\n]*(?:-{3,}|={3,})[^\S\n]*$|^(?: {4}|\t)/m.test(markdown)
  );
}

/** Whether the platform would take it by its size. `write` encodes the content a second time, as the request will. */
export function fits({ type, content }: NativeMessage): boolean {
  const bytes = Buffer.byteLength(JSON.stringify(content));
  return bytes <= (type === "text" ? TEXT_BYTES : RICH_BYTES);
}

function markdownCard(markdown: string): Rendering {
  return {
    label: "card",
    write: async () => cardMessage(writeMentions(cardMarkdown(markdown), "card")),
  };
}

/** @see https://open.feishu.cn/document/feishu-cards/card-json-v2-structure (read 2026-05) */
function cardMessage(content: string): NativeMessage {
  const card = {
    schema: "2.0",
    // Without it the card could not be edited later.
    config: { update_multi: true },
    body: { elements: [{ tag: "markdown", content }] },
  };
  return { type: "interactive", content: JSON.stringify(card) };
}

/** A paragraph of the tag `md` must stand alone, which suits us: it holds everything. */
function markdownPost(markdown: string): Rendering {
  return {
    label: "rich text",
    async write() {
      const post = { zh_cn: { content: [[{ tag: "md", text: writeMentions(markdown, "text") }]] } };
      return { type: "post", content: JSON.stringify(post) };
    },
  };
}

function flattened(markdown: string): Rendering {
  return { label: "text", write: async () => textMessage(await plainText(markdown)) };
}

function verbatim(text: string): Rendering {
  return { label: "text", write: async () => textMessage(text) };
}

function textMessage(text: string): NativeMessage {
  return { type: "text", content: JSON.stringify({ text: writeMentions(text, "text") }) };
}

/** As its author wrote it, mentions of everybody included: cards come from operators and plugins, not from an agent. */
function givenCard(card: JsonValue): Rendering {
  return { label: "card", write: async () => ({ type: "interactive", content: JSON.stringify(card) }) };
}
