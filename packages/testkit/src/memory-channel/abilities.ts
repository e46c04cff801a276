import type { Channel, StreamFeature, TypingFeature } from "@loong/sdk";
import { memoryErrors } from "./errors.ts";
import type { MemoryRooms } from "./rooms.ts";
import type { MemoryStream } from "./stream.ts";

type Serve = NonNullable<Channel["serve"]>;

/** Events come over the connection. */
export function serveConnection(rooms: MemoryRooms, token: string, stream: MemoryStream): Serve {
  return async (inbound, signal) => {
    rooms.checkToken(token);
    await stream.serve(inbound, signal);
  };
}

/** Events come to the webhook; there is nothing to do but be there. */
export function servePosts(rooms: MemoryRooms, token: string): Serve {
  return async (inbound, signal) => {
    rooms.checkToken(token);
    inbound.report({ state: "connected" });
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  };
}

/** A preview is a message like others, but marked, and its id is its name: so it outlives the channel that opened it. */
export function memoryPreviews(rooms: MemoryRooms, token: string, intervalMs: number): StreamFeature {
  return {
    intervalMs: { direct: intervalMs, group: intervalMs },
    open: async (at, markdown) => rooms.openPreview(token, at, markdown),
    async update(preview, markdown) {
      rooms.updatePreview(token, preview, markdown);
      return preview;
    },
    discard: async (preview) => rooms.discardPreview(token, preview),
  };
}

/** Nobody sees it; what it was started at must have been said. */
export function memoryTyping(wasSaid: (messageId: string) => boolean): TypingFeature {
  const check = (messageId: string): void => {
    if (!wasSaid(messageId)) throw memoryErrors.MEMORY_NO_SUCH_MESSAGE([messageId]);
  };
  return {
    async start({ messageId }) {
      check(messageId);
      return messageId;
    },
    stop: async (handle) => check(handle),
  };
}
