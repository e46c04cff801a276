import type { OutboundContent, OutboundMessage, Receipt } from "@loong/sdk";
import { callbackErrors } from "../errors.ts";
import { textField } from "./answer.ts";
import type { Callback } from "./callback.ts";
import { type MessageEvent, placeOf } from "./events.ts";
import { previewId } from "./preview-name.ts";

const MAX_ID_LENGTH = 256;

/**
 * Says one message. Its id is the idempotency key, unless the application answers with an id of its own.
 *
 * @throws CALLBACK_* with an outcome.
 */
export async function sendMessage(callback: Callback, message: OutboundMessage, signal: AbortSignal): Promise<Receipt> {
  const answer = await callback.post(eventOf(message), signal);
  const messageId = textField(answer, "messageId");
  return {
    messageId: messageId !== undefined && messageId.length <= MAX_ID_LENGTH ? messageId : message.idempotencyKey,
  };
}

function eventOf(message: OutboundMessage): MessageEvent {
  const { idempotencyKey, to, threadId, inReplyTo, preview, content } = message;
  return {
    type: "message",
    id: idempotencyKey,
    conversation: placeOf(to, threadId),
    ...wordsOf(content),
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(preview === undefined ? {} : { preview: previewId(preview) }),
  };
}

function wordsOf(content: OutboundContent): Pick<MessageEvent, "format" | "text" | "card"> {
  switch (content.type) {
    case "text":
      return { format: "plain", text: content.text };
    case "markdown":
      return { format: "markdown", text: content.markdown };
    case "card":
      return { format: "plain", text: content.fallbackText, card: content.card };
    case "image":
    case "file":
      throw callbackErrors.CALLBACK_FILES_UNSUPPORTED([]);
  }
}
