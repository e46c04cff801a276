import { isLoongError } from "@loong/sdk";
import type { Migrations } from "../migrations.ts";
import { parseMessageId } from "../message-id.ts";
import { type Target, isPrivate, targetOf } from "./target.ts";

/** Where and how one message is put. */
export interface Place extends Target {
  /** The message it hangs on. */
  readonly replyTo?: number;
  /** Formatting and buttons are left out. */
  readonly isPlain: boolean;
}

/**
 * Answers hang on the message they answer in groups; between two, everything is an answer.
 *
 * @throws TELEGRAM_TARGET_FORM
 */
export function placeOf(
  { to, threadId, inReplyTo }: { to: string; threadId?: string; inReplyTo?: string },
  migrations: Migrations,
): Place {
  const target = targetOf(to, threadId);
  const answered = parseMessageId(inReplyTo ?? "");
  const chat = migrations.current(target.chat);
  const isHere = answered !== undefined && answered.chat === chat && !isPrivate(chat);
  return { ...target, chat, isPlain: false, ...(isHere ? { replyTo: answered.message } : {}) };
}

/** Parameters that say where, as every sending method takes them. */
export function placeParameters({ chat, threadId, replyTo }: Place) {
  return {
    chat_id: chat,
    ...(threadId === undefined ? {} : { message_thread_id: threadId }),
    ...(replyTo === undefined
      ? {}
      : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true as const } }),
  };
}

/** What came of it, and what was lost on the way, in words for the operator. */
export interface Placed<T> {
  readonly result: T;
  readonly lost: readonly string[];
}

/**
 * Calls, and calls again with what the platform objected to left out. Each objection is an answer that nothing was sent, and
 * each is met at most once.
 */
export async function sendTo<T>(
  place: Place,
  migrations: Migrations,
  call: (place: Place) => Promise<T>,
  lost: readonly string[] = [],
): Promise<Placed<T>> {
  try {
    return { result: await call(place), lost };
  } catch (error) {
    const repaired = isLoongError(error) ? repair(error.code, place, migrations) : undefined;
    if (repaired === undefined || lost.includes(repaired.lost)) throw error;
    return sendTo(repaired.place, migrations, call, [...lost, repaired.lost]);
  }
}

function repair(code: string, place: Place, migrations: Migrations): { place: Place; lost: string } | undefined {
  switch (code) {
    case "TELEGRAM_CHAT_MIGRATED": {
      const chat = migrations.current(place.chat);
      // Messages have other numbers there.
      const { replyTo: _old, ...rest } = place;
      return chat === place.chat ? undefined : { place: { ...rest, chat }, lost: `the chat is now ${chat}` };
    }
    case "TELEGRAM_THREAD_NOT_FOUND": {
      const { threadId, ...rest } = place;
      return threadId === undefined ? undefined : { place: rest, lost: "sent to the chat, not to the topic" };
    }
    case "TELEGRAM_FORMAT_REFUSED":
      return place.isPlain
        ? undefined
        : { place: { ...place, isPlain: true }, lost: "formatting refused, sent as plain text" };
    default:
      return undefined;
  }
}
