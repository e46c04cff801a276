import type { ConversationType } from "@loong/sdk";

/** Where a message goes. The platform keeps people and groups apart by a number beside the id. */
export interface Target {
  readonly id: string;
  /** What it is, surely or most likely. */
  readonly type: ConversationType;
  /** Said by its sender, or learned from the platform. */
  readonly isSure: boolean;
}

const PREFIX = /^(user|single|group|chat):(.+)$/s;
/** Ids of groups as the platform makes them. People's are whatever their company chose. */
const GROUP_ID = /^w[rc][A-Za-z0-9_-]{20,}$/;

/**
 * Reads a conversation id as it came in, or a target as an operator writes it: `user:` and `group:` say what it is.
 *
 * @param known - What the id was when somebody last spoke there.
 */
export function targetOf(to: string, known: (id: string) => ConversationType | undefined): Target {
  const written = to.trim();
  const [, prefix, rest] = PREFIX.exec(written) ?? [];
  if (prefix !== undefined && rest !== undefined) {
    return { id: rest, type: prefix === "user" || prefix === "single" ? "direct" : "group", isSure: true };
  }
  const type = known(written);
  if (type !== undefined) return { id: written, type, isSure: true };
  return { id: written, type: GROUP_ID.test(written) ? "group" : "direct", isSure: false };
}

export function otherType(type: ConversationType): ConversationType {
  return type === "direct" ? "group" : "direct";
}
