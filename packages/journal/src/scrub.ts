import type { InboundEvent, OutboundContent } from "@loong/sdk";

/** What stays of an event when its body is forgotten: the ids that deduplicate, where, who and when. */
export function scrubEvent(event: InboundEvent): InboundEvent {
  const { id, type, threadId } = event.conversation;
  return {
    eventId: event.eventId,
    messageId: event.messageId,
    kind: event.kind,
    conversation: { id, type, ...(threadId === undefined ? {} : { threadId }) },
    sender: { id: event.sender.id },
    text: "",
    addressed: event.addressed,
    sentAtMs: event.sentAtMs,
  };
}

/** Stands for content that was forgotten. */
export const SCRUBBED_CONTENT: OutboundContent = { type: "text", text: "" };
