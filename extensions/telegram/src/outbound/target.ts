import { telegramErrors } from "../errors.ts";

/** Where a message goes. */
export interface Target {
  /** A chat id, or `@name` of a public channel or group. */
  readonly chat: number | string;
  readonly threadId?: number;
}

/** The first topic of a forum: messages to it are sent without a thread. */
const GENERAL_TOPIC = 1;

/**
 * Reads a chat id, `chat:topic` or `@name`.
 *
 * @param threadId - A topic that counts more than one written in `to`.
 * @throws TELEGRAM_TARGET_FORM
 */
export function targetOf(to: string, threadId?: string): Target {
  const written = to.trim();
  const found = /^(-?\d{1,16})(?::(\d{1,16}))?$/.exec(written);
  const isName = /^@[A-Za-z]\w{2,31}$/.test(written);
  if (found === null && !isName) throw telegramErrors.TELEGRAM_TARGET_FORM([to]);
  const chat = found === null ? written : Number(found[1]);
  const topic = Number(threadId ?? found?.[2]);
  return Number.isSafeInteger(topic) && topic > GENERAL_TOPIC ? { chat, threadId: topic } : { chat };
}

/** Between a person and the bot: groups and channels have negative ids. */
export function isPrivate(chat: number | string): boolean {
  return Number(chat) > 0;
}
