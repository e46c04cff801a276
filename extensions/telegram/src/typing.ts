import type { MessageRef, TypingFeature } from "@loong/sdk";
import type { TelegramApi } from "./api/client.ts";
import { targetOf } from "./outbound/target.ts";

/** The platform shows it for five seconds. */
const REFRESH_MS = 4_500;
/** Longer than any turn should take; then whoever forgot to stop it is not waited for. */
const MAX_REFRESHES = 200;

export interface Typing extends TypingFeature {
  close(): void;
}

/**
 * "… is typing", said again until it is stopped. The first refusal ends it: these calls are the first to save.
 *
 * @see https://core.telegram.org/bots/api#sendchataction (read 2026-08)
 */
export function createTyping(api: TelegramApi, closing: AbortSignal): Typing {
  const timers = new Map<string, NodeJS.Timeout>();
  let handles = 0;

  function say(at: MessageRef, signal: AbortSignal): Promise<unknown> {
    const { chat, threadId } = targetOf(at.conversationId, at.threadId);
    const thread = threadId === undefined ? {} : { message_thread_id: threadId };
    return api.call(
      ({ raw, signal: limited }) => raw.sendChatAction({ chat_id: chat, action: "typing", ...thread }, limited),
      signal,
    );
  }

  function end(handle: string): void {
    clearInterval(timers.get(handle));
    timers.delete(handle);
  }

  return {
    async start(at, signal) {
      await say(at, signal);
      const handle = String((handles += 1));
      let refreshes = 0;
      const timer = setInterval(() => {
        if (++refreshes > MAX_REFRESHES) return end(handle);
        say(at, closing).catch(() => end(handle));
      }, REFRESH_MS);
      timer.unref();
      timers.set(handle, timer);
      return handle;
    },
    async stop(handle) {
      end(handle);
    },
    close() {
      for (const handle of timers.keys()) end(handle);
    },
  };
}
