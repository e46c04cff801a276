import type { Message } from "grammy/types";
import type { TelegramApi } from "../api/client.ts";
import type { Migrations } from "../migrations.ts";
import { type MessagePlace, messageIdOf } from "../message-id.ts";
import { type Place, type Placed, placeParameters, sendTo } from "./place.ts";
import type { Words } from "./words.ts";

/** What it takes to say and change text messages. */
export interface Outbox {
  readonly api: TelegramApi;
  readonly migrations: Migrations;
  readonly linkPreviews: boolean;
}

/** @see https://core.telegram.org/bots/api#sendmessage (read 2026-08) */
export function sendWords(
  outbox: Outbox,
  words: Words,
  place: Place,
  signal: AbortSignal,
): Promise<Placed<Message.TextMessage>> {
  return sendTo(place, outbox.migrations, (at) =>
    outbox.api.call(
      ({ raw, signal: limited }) =>
        raw.sendMessage({ ...placeParameters(at), ...shown(outbox, words, at.isPlain) }, limited),
      signal,
    ),
  );
}

/**
 * Puts words in place of those a message shows.
 *
 * @throws TELEGRAM_NOT_MODIFIED, TELEGRAM_MESSAGE_GONE and what every call throws.
 * @see https://core.telegram.org/bots/api#editmessagetext (read 2026-08)
 */
export async function editWords(
  outbox: Outbox,
  words: Words,
  { chat, message }: MessagePlace,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { lost } = await sendTo({ chat, isPlain: false }, outbox.migrations, (at) =>
    outbox.api.call(
      ({ raw, signal: limited }) =>
        raw.editMessageText({ chat_id: at.chat, message_id: message, ...shown(outbox, words, at.isPlain) }, limited),
      signal,
    ),
  );
  return lost;
}

function shown({ linkPreviews }: Outbox, { text, entities, buttons, plain }: Words, isPlain: boolean) {
  return {
    ...(isPlain ? { text: plain } : { text, ...(entities.length === 0 ? {} : { entities }) }),
    ...(isPlain || buttons === undefined ? {} : { reply_markup: buttons }),
    ...(linkPreviews ? {} : { link_preview_options: { is_disabled: true } }),
  };
}

export function receiptId({ chat, message_id: message }: Message): string {
  return messageIdOf(chat.id, message);
}
