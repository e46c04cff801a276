import type { ReactionFeature } from "@loong/sdk";
import type { LarkApi } from "./api/endpoints.ts";

/**
 * The platform's names for emoji that others have too. A name of its own (`"OnIt"`) is passed on as it is.
 *
 * @see https://open.feishu.cn/document/server-docs/im-v1/message-reaction/emojis-introduce (read 2026-05)
 */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["👍", "THUMBSUP"],
  ["👌", "OK"],
  ["🙏", "THANKS"],
  ["💪", "MUSCLE"],
  ["👏", "APPLAUSE"],
  ["👋", "WAVE"],
  ["✅", "CheckMark"],
  ["❌", "CrossMark"],
  ["❤", "HEART"],
  ["💔", "HEARTBROKEN"],
  ["🌹", "ROSE"],
  ["🎉", "PARTY"],
  ["🎁", "GIFT"],
  ["🔥", "Fire"],
  ["💯", "Hundred"],
  ["🏆", "Trophy"],
  ["📌", "Pin"],
  ["⏰", "Alarm"],
  ["🤔", "THINKING"],
  ["😄", "SMILE"],
  ["😂", "LOL"],
  ["😢", "CRY"],
  ["😡", "ANGRY"],
]);

const PRESENTATION = /\uFE0F/g;

export function createReactions(api: LarkApi): ReactionFeature {
  return {
    add: (at, emoji, signal) => api.addReaction(at.messageId, nameOf(emoji), signal),
    remove: (at, reactionId, signal) => api.removeReaction(at.messageId, reactionId, signal),
  };
}

/** The platform refuses what is neither one of its names nor has one. */
function nameOf(emoji: string): string {
  return NAMES.get(emoji.replaceAll(PRESENTATION, "")) ?? emoji;
}
