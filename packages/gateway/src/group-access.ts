import type { AccountAccess, GroupAccess } from "./ports.ts";

/** The rules of one group: its own, else those under `"*"`. Only what an operator wrote counts, whatever the id is called. */
export function groupAccess({ groups }: AccountAccess, conversationId: string): GroupAccess | undefined {
  return Object.hasOwn(groups, conversationId) ? groups[conversationId] : groups["*"];
}
