import type { OutboundContent, OutboundMessage, Receipt } from "@loong/sdk";
import { webchatErrors } from "../errors.ts";
import type { Entry } from "../protocol.ts";
import type { Visitor, Visitors } from "../visitors/visitors.ts";
import type { Node } from "./markdown.ts";
import { previewOf } from "./preview.ts";

export interface SpeakerPorts {
  readonly visitors: Visitors;
  readonly visitorTimeoutMs: number;
  readonly readMarkdown: (markdown: string) => readonly Node[];
  readonly now: () => number;
}

/** How long a send waits until a page says that it shows the message. */
const CONFIRM_MS = 8_000;
const AWAY_RETRY_MS = 5_000;

/**
 * Says a message to a visitor that is genuine. It is kept at once, so that a page that comes back later shows it; the
 * receipt comes when a page shows it.
 *
 * @throws WEBCHAT_CONTENT, WEBCHAT_FULL, WEBCHAT_VISITOR_AWAY, WEBCHAT_VISITOR_GONE, WEBCHAT_NOT_CONFIRMED
 */
export async function speak(ports: SpeakerPorts, message: OutboundMessage, signal: AbortSignal): Promise<Receipt> {
  const { visitors, now } = ports;
  const { content, degraded } = contentOf(ports, message.content);
  const visitor = visitors.visit(message.to);
  const id = `bot.${message.idempotencyKey}`;
  if (!visitor.history.isConfirmed(id)) {
    visitors.show(visitor, { id, from: "bot", atMs: now(), ...content, ...replacing(message.preview) });
  }
  const enough = AbortSignal.any([signal, AbortSignal.timeout(CONFIRM_MS)]);
  if (!(await visitors.untilShown(visitor, id, enough))) throw failure(ports, visitor, id);
  return { messageId: id, ...(degraded === undefined ? {} : { degraded }) };
}

function contentOf(
  { readMarkdown }: SpeakerPorts,
  content: OutboundContent,
): { content: Pick<Entry, "text" | "body">; degraded?: string } {
  switch (content.type) {
    case "text":
      return { content: { text: content.text } };
    case "markdown":
      return { content: { body: readMarkdown(content.markdown) } };
    case "card":
      return { content: { text: content.fallbackText }, degraded: "cards are shown as their fallback text" };
    case "image":
    case "file":
      throw webchatErrors.WEBCHAT_CONTENT([content.type]);
  }
}

function replacing(preview: string | undefined): { replaces?: string } {
  const entryId = preview === undefined ? undefined : previewOf(preview)?.entryId;
  return entryId === undefined ? {} : { replaces: entryId };
}

/** Nobody has confirmed it: the page may show it all the same, or will when it comes back, or has been away too long. */
function failure({ visitors, visitorTimeoutMs, now }: SpeakerPorts, visitor: Visitor, entryId: string): Error {
  if (visitor.tabs.size > 0) return webchatErrors.WEBCHAT_NOT_CONFIRMED([]);
  if (now() - visitor.awaySinceMs < visitorTimeoutMs) {
    return webchatErrors.WEBCHAT_VISITOR_AWAY([], { retryAfterMs: AWAY_RETRY_MS });
  }
  visitors.takeAway(visitor, entryId);
  return webchatErrors.WEBCHAT_VISITOR_GONE([Math.round(visitorTimeoutMs / 60_000)]);
}
