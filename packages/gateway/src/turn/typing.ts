import type { InboxRow, Ports } from "../ports.ts";

const TYPING_TIMEOUT_MS = 5_000;

/** Shows that an answer is coming until `stop`. Best effort: it delays nothing and its failures are only counted. */
export function showTyping({ channels, clock, log }: Ports, row: InboxRow): { stop(): void } {
  const { conversation, messageId } = row.event;
  const at = {
    conversationId: conversation.id,
    messageId,
    ...(conversation.threadId === undefined ? {} : { threadId: conversation.threadId }),
  };
  const started = bounded((signal) => channels.startTyping(row.channel, row.account, at, signal));
  return {
    stop() {
      void started.then((handle) => {
        if (handle === undefined) return;
        return bounded((signal) => channels.stopTyping(row.channel, row.account, handle, signal));
      });
    },
  };

  async function bounded<T>(work: (signal: AbortSignal) => Promise<T> | undefined): Promise<T | undefined> {
    const controller = new AbortController();
    const timer = clock.setTimer(TYPING_TIMEOUT_MS, () => controller.abort());
    try {
      return await work(controller.signal);
    } catch {
      log.debug("typing could not be shown", { lane: row.lane });
      return undefined;
    } finally {
      timer.cancel();
    }
  }
}
