import type { ConversationRef } from "@loong/sdk";

/** The lane and the history of one conversation. Built here and never taken apart. */
export function laneKey(channel: string, account: string, conversation: ConversationRef): string {
  const place = `${channel}/${account}/${conversation.id}`;
  return conversation.threadId === undefined ? place : `${place}/${conversation.threadId}`;
}

/** The lane of words that go out without having been asked for. The same place gives the same lane. */
export function targetLane(channel: string, account: string, to: string, threadId?: string): string {
  return laneKey(
    channel,
    account,
    threadId === undefined ? { id: to, type: "direct" } : { id: to, type: "direct", threadId },
  );
}
