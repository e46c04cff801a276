import { type MessageRef, type TypingFeature, isLoongError } from "@loong/sdk";
import type { LarkApi } from "./api/endpoints.ts";
import { isMessageId } from "./outbound/target.ts";
import type { Recent } from "./recent.ts";

const EMOJI = "Typing";
const MAX_AGE_MS = 120_000;
const PAUSE_MS = 60_000;
const QUOTA_PAUSE_MS = 6 * 60 * 60_000;

/**
 * The platform has no typing state; a reaction on the message stands for it. It is left out for messages older than two
 * minutes, and for a while after the platform asked to go slower: these calls are the first to save.
 */
export function createTyping(api: LarkApi, heard: Recent<number>, now: () => number): TypingFeature {
  let pausedUntilMs = 0;

  function wanted({ messageId }: MessageRef): boolean {
    const sentAtMs = heard.get(messageId);
    return isMessageId(messageId) && sentAtMs !== undefined && now() - sentAtMs <= MAX_AGE_MS && now() >= pausedUntilMs;
  }

  function pauseAfter(error: unknown): void {
    if (!isLoongError(error)) return;
    if (error.code === "FEISHU_RATE_LIMITED") pausedUntilMs = now() + Math.max(error.retryAfterMs ?? 0, PAUSE_MS);
    if (error.code === "FEISHU_QUOTA_USED_UP") pausedUntilMs = now() + QUOTA_PAUSE_MS;
  }

  return {
    async start(at, signal) {
      if (!wanted(at)) return "";
      try {
        return JSON.stringify([at.messageId, await api.addReaction(at.messageId, EMOJI, signal)]);
      } catch (error) {
        pauseAfter(error);
        throw error;
      }
    },
    async stop(handle, signal) {
      if (handle === "") return;
      const [messageId, reactionId] = JSON.parse(handle) as [string, string];
      await api.removeReaction(messageId, reactionId, signal).catch((error: unknown) => {
        pauseAfter(error);
        throw error;
      });
    },
  };
}
