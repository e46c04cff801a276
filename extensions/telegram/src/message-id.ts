import { telegramErrors } from "./errors.ts";

/** A message on the platform: numbers of messages are unique only inside their chat. */
export interface MessagePlace {
  readonly chat: number;
  readonly message: number;
}

/** `"-1001234567890:42"` */
export function messageIdOf(chat: number, message: number): string {
  return `${chat}:${message}`;
}

/**
 * The id of a message that came in. It names the bot, because every bot counts the messages of its private chats by itself:
 * those of a new bot in the same account must not look like repetitions of the old one's.
 */
export function heardIdOf(chat: number, message: number, botId: number): string {
  return `${chat}:${message}:${botId}`;
}

/** A press of a button has no message of its own: the id of the message with the button, and that of the press. */
export function pressIdOf(chat: number, message: number, queryId: string): string {
  return `${chat}:${message}:${queryId}`;
}

/** The message an id stands for; for a press, the one with the button. */
export function parseMessageId(id: string): MessagePlace | undefined {
  const found = /^(-?\d{1,16}):(\d{1,16})(?::.+)?$/.exec(id);
  return found === null ? undefined : { chat: Number(found[1]), message: Number(found[2]) };
}

/** @throws TELEGRAM_MESSAGE_REF */
export function requireMessageId(id: string): MessagePlace {
  const found = parseMessageId(id);
  if (found === undefined) throw telegramErrors.TELEGRAM_MESSAGE_REF([id]);
  return found;
}
