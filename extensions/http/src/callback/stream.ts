import type { HostClock, StreamFeature } from "@loong/sdk";
import type { Callback } from "./callback.ts";
import { MAX_TEXT_LENGTH, placeOf, type PreviewEvent } from "./events.ts";
import { type NamedPreview, nameOf, previewOf } from "./preview-name.ts";

const INTERVAL_MS = 500;

/** Previews as events of their own. Nothing is kept here: a preview's name holds all that later calls need. */
export function streamOver(callback: Callback, clock: HostClock): StreamFeature {
  async function show(preview: NamedPreview, markdown: string, signal: AbortSignal): Promise<string> {
    await callback.post(eventOf(preview, markdown, clock.now()), signal);
    return nameOf(preview);
  }
  return {
    intervalMs: { direct: INTERVAL_MS, group: INTERVAL_MS },
    async open({ conversation, messageId, idempotencyKey }, markdown, signal) {
      const place = placeOf(conversation.id, conversation.threadId);
      return show({ id: `preview-${idempotencyKey}`, inReplyTo: messageId, conversation: place }, markdown, signal);
    },
    update: async (name, markdown, signal) => show(previewOf(name), markdown, signal),
    async discard(name, signal) {
      const { id, conversation } = previewOf(name);
      await callback.post({ type: "discard", id, conversation, revision: clock.now() }, signal);
    },
  };
}

function eventOf(preview: NamedPreview, markdown: string, revision: number): PreviewEvent {
  return { type: "preview", ...preview, format: "markdown", text: cut(markdown), revision };
}

/** Never in the middle of a character that takes two code units. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const head = text.slice(0, MAX_TEXT_LENGTH - 1);
  return `${head.isWellFormed() ? head : head.slice(0, -1)}…`;
}
