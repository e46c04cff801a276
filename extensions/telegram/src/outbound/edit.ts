import { type MessageRef, type OutboundMessage, isLoongError } from "@loong/sdk";
import { telegramErrors } from "../errors.ts";
import { requireMessageId } from "../message-id.ts";
import { type Outbox, editWords } from "./message.ts";
import { wordsOf } from "./words.ts";

/**
 * Replaces the words of a message this account sent. That it shows them already is a success.
 *
 * @throws TELEGRAM_EDIT_KIND for images and files, TELEGRAM_MESSAGE_GONE when it was deleted.
 */
export async function edit(
  at: MessageRef,
  { content }: OutboundMessage,
  outbox: Outbox,
  signal: AbortSignal,
): Promise<void> {
  if (content.type === "image" || content.type === "file") throw telegramErrors.TELEGRAM_EDIT_KIND([]);
  const place = requireMessageId(at.messageId);
  try {
    await editWords(outbox, await wordsOf(content), place, signal);
  } catch (error) {
    if (!isLoongError(error) || error.code !== "TELEGRAM_NOT_MODIFIED") throw error;
  }
}
