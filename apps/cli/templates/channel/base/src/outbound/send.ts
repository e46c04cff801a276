import type { OutboundContent, OutboundMessage, Receipt } from "@loong/sdk";
import type { BotApi } from "../api/bot.ts";
import { errors } from "../errors.ts";

/** Says one message. It is never longer than `text.maxLength`: the gateway cuts longer answers. */
export async function send(api: BotApi, message: OutboundMessage, signal: AbortSignal): Promise<Receipt> {
  const { to, inReplyTo, idempotencyKey, content } = message;
  const { text, degraded } = wordsOf(content);
  const replyTo = inReplyTo === undefined ? {} : { replyTo: inReplyTo };
  const messageId = await api.post(to, { text, idempotencyKey, ...replyTo }, signal);
  return { messageId, ...(degraded === undefined ? {} : { degraded }) };
}

/** Acme Chat shows markdown itself. A platform that does not needs a `render.ts` here. */
function wordsOf(content: OutboundContent): { readonly text: string; readonly degraded?: string } {
  switch (content.type) {
    case "text":
      return { text: content.text };
    case "markdown":
      return { text: content.markdown };
    case "card":
      return { text: content.fallbackText, degraded: "Acme Chat shows no cards; sent as text" };
    case "image":
    case "file":
      throw errors.ACME_NO_FILES([content.type]);
  }
}
