import type { OutboundContent, TextLimits } from "@loong/sdk";
import type { InboxRow, OutboxPart } from "../ports.ts";
import { idempotencyKey } from "./key.ts";
import { splitMarkdown } from "./split.ts";

/** Where words go and what they answer. */
export interface Destination {
  readonly lane: string;
  readonly channel: string;
  readonly account: string;
  readonly to: string;
  readonly threadId?: string;
  readonly inReplyTo?: string;
}

/** The place a message came from, as an answer to it. */
export function answerTo({
  channel,
  account,
  lane,
  event: { conversation, messageId },
}: Pick<InboxRow, "channel" | "account" | "lane" | "event">): Destination {
  return {
    lane,
    channel,
    account,
    to: conversation.id,
    ...(conversation.threadId === undefined ? {} : { threadId: conversation.threadId }),
    inReplyTo: messageId,
  };
}

/** The parts of one logical message: one for each piece that fits, in order, with ids `"<base>:<n>"`. */
export function planParts(
  base: string,
  kind: OutboxPart["kind"],
  destination: Destination,
  content: OutboundContent,
  limits: TextLimits,
  instanceKey: Uint8Array,
  nowMs: number,
): readonly OutboxPart[] {
  return pieces(content, limits).map((piece, index) =>
    makePart(`${base}:${index}`, kind, destination, piece, instanceKey, nowMs),
  );
}

/** One part that is never cut: the gateway's own short words. */
export function singlePart(
  base: string,
  kind: OutboxPart["kind"],
  destination: Destination,
  content: OutboundContent,
  instanceKey: Uint8Array,
  nowMs: number,
): OutboxPart {
  return makePart(`${base}:0`, kind, destination, content, instanceKey, nowMs);
}

function makePart(
  id: string,
  kind: OutboxPart["kind"],
  destination: Destination,
  content: OutboundContent,
  instanceKey: Uint8Array,
  nowMs: number,
): OutboxPart {
  return {
    ...destination,
    id,
    kind,
    content,
    idempotencyKey: idempotencyKey(instanceKey, id),
    createdAtMs: nowMs,
    state: "pending",
    attempts: 0,
    ambiguous: 0,
    nextAtMs: nowMs,
  };
}

function pieces(content: OutboundContent, limits: TextLimits): readonly OutboundContent[] {
  switch (content.type) {
    case "markdown":
      return splitMarkdown(content.markdown, limits).map((markdown) => ({ type: "markdown", markdown }));
    case "text":
      return splitMarkdown(content.text, limits).map((text) => ({ type: "text", text }));
    case "card":
    case "image":
    case "file":
      return [content];
  }
}
