import type { ReactionFeature } from "@loong/sdk";
import type { ReactionTypeEmoji } from "grammy/types";
import type { TelegramApi } from "./api/client.ts";
import { requireMessageId } from "./message-id.ts";

/**
 * A bot has one reaction on a message: a new one takes the place of the old one, and the emoji is its id.
 *
 * @see https://core.telegram.org/bots/api#setmessagereaction (read 2026-08)
 */
export function createReactions(api: TelegramApi): ReactionFeature {
  async function set(messageId: string, reaction: ReactionTypeEmoji[], signal: AbortSignal): Promise<void> {
    const { chat, message } = requireMessageId(messageId);
    await api.call(
      ({ raw, signal: limited }) => raw.setMessageReaction({ chat_id: chat, message_id: message, reaction }, limited),
      signal,
    );
  }
  return {
    async add(at, emoji, signal) {
      // Which emoji there are changes without us; the platform refuses the others.
      await set(at.messageId, [{ type: "emoji", emoji: emoji as ReactionTypeEmoji["emoji"] }], signal);
      return emoji;
    },
    remove: (at, _reactionId, signal) => set(at.messageId, [], signal),
  };
}
