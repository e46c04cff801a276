import { type OutboundContent, type OutboundMessage, type Receipt, isLoongError } from "@loong/sdk";
import type { Message } from "grammy/types";
import { type MessagePlace, messageIdOf } from "../message-id.ts";
import { deletePreview, messageOf } from "../stream/preview-message.ts";
import { type Outbox, editWords, receiptId, sendWords } from "./message.ts";
import { type Place, type Placed, placeOf } from "./place.ts";
import { sendFile, sendImage } from "./upload.ts";
import { type Words, type WordContent, wordsOf } from "./words.ts";

/**
 * Says one message, once: the platform takes no idempotency key, so nothing is repeated here that may have been taken.
 *
 * @throws LoongError with an outcome.
 */
export async function send(message: OutboundMessage, outbox: Outbox, signal: AbortSignal): Promise<Receipt> {
  const place = placeOf(message, outbox.migrations);
  const preview = messageOf(message.preview);
  if (!isWords(message.content)) {
    if (preview !== undefined) await deletePreview(outbox.api, preview, signal);
    return receiptOf(await uploaded(message.content, place, outbox, signal));
  }
  const words = await wordsOf(message.content);
  const finished = preview && (await finish(preview, words, outbox, signal));
  return finished ?? receiptOf(await sendWords(outbox, words, place, signal));
}

/**
 * The answer in place of its preview, which may be done again and again. A preview that cannot be changed any more is taken
 * away, and the answer has to be said anew.
 */
async function finish(
  preview: MessagePlace,
  words: Words,
  outbox: Outbox,
  signal: AbortSignal,
): Promise<Receipt | undefined> {
  const messageId = messageIdOf(preview.chat, preview.message);
  try {
    const lost = await editWords(outbox, words, preview, signal);
    return { messageId, ...degraded(lost) };
  } catch (error) {
    if (!isLoongError(error)) throw error;
    if (error.code === "TELEGRAM_NOT_MODIFIED") return { messageId };
    if (error.code !== "TELEGRAM_MESSAGE_GONE" && error.code !== "TELEGRAM_CHAT_MIGRATED") throw error;
    await deletePreview(outbox.api, preview, signal);
    return undefined;
  }
}

type FileContent = Exclude<OutboundContent, WordContent>;

function isWords(content: OutboundContent): content is WordContent {
  return content.type !== "image" && content.type !== "file";
}

function uploaded(content: FileContent, place: Place, outbox: Outbox, signal: AbortSignal): Promise<Placed<Message>> {
  const sendAs = content.type === "image" ? sendImage : sendFile;
  return sendAs(outbox, content.file, place, signal);
}

function receiptOf({ result, lost }: Placed<Message>): Receipt {
  return { messageId: receiptId(result), ...degraded(lost) };
}

function degraded(lost: readonly string[]): { degraded?: string } {
  return lost.length === 0 ? {} : { degraded: lost.join(", ") };
}
