import type { TypingFeature } from "@loong/sdk";
import type { Callback } from "./callback.ts";
import { placeOf } from "./events.ts";

/** Stands in no id: inbound ids have no control characters. */
const BETWEEN = "\n";

export function typingOver(callback: Callback): TypingFeature {
  return {
    async start({ conversationId, threadId }, signal) {
      await callback.post(
        { type: "typing", conversation: placeOf(conversationId, threadId), state: "started" },
        signal,
      );
      return threadId === undefined ? conversationId : `${conversationId}${BETWEEN}${threadId}`;
    },
    async stop(handle, signal) {
      const [id = "", threadId] = handle.split(BETWEEN);
      await callback.post({ type: "typing", conversation: placeOf(id, threadId), state: "stopped" }, signal);
    },
  };
}
