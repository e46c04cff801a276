import { type OutboundContent, type OutboundMessage, type Receipt, isLoongError } from "@loong/sdk";
import type { Link } from "../link/link.ts";
import type { Memory } from "../memory.ts";
import { type StreamPlace, finishStream } from "./finish.ts";
import { escapeText, renderMarkdown } from "./markdown.ts";
import { readPreview } from "./preview.ts";
import { push } from "./push.ts";
import { replyHandle } from "./reply-handle.ts";
import { closeStream } from "./stream.ts";
import { uploadMessage } from "./upload.ts";
import { MAX_BYTES, MOVED } from "./words.ts";

export interface SendParts {
  readonly memory: Memory;
  readonly feedback: boolean;
  now(): number;
}

/** Sends one message: words in place where it answers something, everything else as a message of its own. */
export async function send(
  link: Link,
  message: OutboundMessage,
  parts: SendParts,
  signal: AbortSignal,
): Promise<Receipt> {
  const { content, to } = message;
  const { memory } = parts;
  switch (content.type) {
    case "text":
    case "markdown":
      return say(link, message, wordsOf(content), parts, signal);
    case "card":
      return withoutPreview(link, message, await sendCard(link, to, content, memory, signal), signal);
    case "image":
    case "file": {
      const { body, degraded } = await uploadMessage(link, content, signal);
      const messageId = await push(link, to, body, memory, signal);
      return withoutPreview(link, message, receipt(messageId, degraded), signal);
    }
  }
}

async function say(
  link: Link,
  message: OutboundMessage,
  { markdown, degraded }: Words,
  parts: SendParts,
  signal: AbortSignal,
): Promise<Receipt> {
  const place = placeOf(message, parts);
  if (place !== undefined) {
    const finish = await finishStream(link, place, markdown, parts, parts.now(), signal);
    if (finish.shown) return receipt(place.streamId, degraded);
  }
  const body = { msgtype: "markdown", markdown: { content: markdown } };
  return withoutPreview(
    link,
    message,
    receipt(await push(link, message.to, body, parts.memory, signal), degraded),
    signal,
  );
}

/** Where the words can stand: at their preview, else under the message they answer, in a stream with an id of their own. */
function placeOf(message: OutboundMessage, { memory, now }: SendParts): StreamPlace | undefined {
  const preview = message.preview === undefined ? undefined : readPreview(message.preview);
  if (preview !== undefined) return { ...preview, isFresh: false };
  if (message.inReplyTo === undefined) return undefined;
  const reqId = replyHandle(memory.replies, message.inReplyTo, now());
  if (reqId === undefined) return undefined;
  return { reqId, streamId: message.idempotencyKey, chat: message.to, startedAtMs: now(), isFresh: true };
}

/** The answer is said already, so nothing waits long for what becomes of its preview. */
const CLOSE_PREVIEW_MS = 2_000;

/** The answer stands elsewhere now, and its preview only points there. Best effort. */
async function withoutPreview(
  link: Link,
  { preview: text }: OutboundMessage,
  said: Receipt,
  signal: AbortSignal,
): Promise<Receipt> {
  const preview = text === undefined ? undefined : readPreview(text);
  const limited = AbortSignal.any([signal, AbortSignal.timeout(CLOSE_PREVIEW_MS)]);
  if (preview !== undefined) await closeStream(link, preview, MOVED, limited).catch(() => undefined);
  return said;
}

/** A card that the platform does not take is told in words. */
async function sendCard(
  link: Link,
  to: string,
  { card, fallbackText }: OutboundContent & { type: "card" },
  memory: Memory,
  signal: AbortSignal,
): Promise<Receipt> {
  try {
    return receipt(await push(link, to, { msgtype: "template_card", template_card: card }, memory, signal));
  } catch (error) {
    if (!isLoongError(error) || !CARD_REFUSALS.has(error.code) || fallbackText.trim() === "") throw error;
    const { markdown } = wordsOf({ type: "text", text: fallbackText });
    const messageId = await push(link, to, { msgtype: "markdown", markdown: { content: markdown } }, memory, signal);
    return receipt(messageId, `card refused (${error.message}), sent as text`);
  }
}

const CARD_REFUSALS: ReadonlySet<string> = new Set(["WECOM_TYPE_REFUSED", "WECOM_REFUSED", "WECOM_TOO_LONG"]);

interface Words {
  readonly markdown: string;
  readonly degraded?: string;
}

function wordsOf(content: OutboundContent & { type: "text" | "markdown" }): Words {
  if (content.type === "markdown") return fitting(renderMarkdown(content.markdown), content.markdown);
  return fitting(escapeText(content.text), content.text);
}

/** Rendering may lengthen what just fitted. */
function fitting(rendered: string, plain: string): Words {
  if (Buffer.byteLength(rendered) <= MAX_BYTES) return { markdown: rendered };
  return { markdown: plain, degraded: "sent unrendered, since the rendered form is too long" };
}

function receipt(messageId: string, degraded?: string): Receipt {
  return degraded === undefined ? { messageId } : { messageId, degraded };
}
