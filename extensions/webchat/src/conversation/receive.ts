import type { Inbound, InboundEvent, Logger } from "@loong/sdk";
import type { ClientFrame, RefusalReason } from "../protocol.ts";
import type { Tab, Visitor, Visitors } from "../visitors/visitors.ts";

export interface ReceiverPorts {
  readonly visitors: Visitors;
  readonly maxMessageChars: number;
  readonly now: () => number;
  readonly log: Logger;
  /** Where events go; absent while nothing is served. */
  readonly inbound: () => Inbound | undefined;
}

type Say = Extract<ClientFrame, { type: "say" }>;

const NOT_NOW_RETRY_MS = 3_000;

/** Takes what a page says: acknowledges once it is stored, refuses with a reason, and shows it in every page. */
export function createReceiver(
  ports: ReceiverPorts,
): (visitor: Visitor, tab: Tab, frame: ClientFrame) => Promise<void> {
  const { visitors, maxMessageChars, now, log } = ports;

  function refusal(visitor: Visitor, { text }: Say): readonly [RefusalReason, number?] | undefined {
    if (text.trim() === "") return ["empty"];
    if (text.length > maxMessageChars) return ["too-long"];
    const waitMs = visitor.said.take(now());
    return waitMs === 0 ? undefined : ["too-fast", waitMs];
  }

  async function say(visitor: Visitor, tab: Tab, frame: Say): Promise<void> {
    const refused = refusal(visitor, frame);
    if (refused !== undefined) return refuse(tab, frame.id, ...refused);
    const event = eventOf(visitor.id, frame, now());
    try {
      const inbound = ports.inbound();
      if (inbound === undefined) return refuse(tab, frame.id, "not-now", NOT_NOW_RETRY_MS);
      await inbound.accept([event]);
    } catch (error) {
      log.warn("a visitor's message was not stored", { visitor: visitor.id, error: nameOf(error) });
      return refuse(tab, frame.id, "not-now", NOT_NOW_RETRY_MS);
    }
    visitors.show(visitor, { id: event.messageId, from: "visitor", atMs: event.sentAtMs, text: frame.text });
    tab.send({ type: "taken", id: frame.id });
  }

  return async (visitor, tab, frame) => {
    if (frame.type === "seen") visitors.confirm(visitor, frame.ids);
    else await say(visitor, tab, frame);
  };
}

/**
 * The page's own id names the message, so that a message said again is known again; the visitor's before it keeps one
 * visitor from taking another's.
 */
function eventOf(visitorId: string, { id, text }: Say, sentAtMs: number): InboundEvent {
  const messageId = `${visitorId}.${id}`;
  return {
    eventId: messageId,
    messageId,
    kind: "message",
    conversation: { id: visitorId, type: "direct" },
    sender: { id: visitorId },
    text,
    addressed: true,
    sentAtMs,
  };
}

function refuse(tab: Tab, id: string, reason: RefusalReason, retryAfterMs?: number): void {
  tab.send({ type: "refused", id, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
}

function nameOf(error: unknown): string {
  return error instanceof Error ? ((error as { code?: string }).code ?? error.name) : "unknown";
}
