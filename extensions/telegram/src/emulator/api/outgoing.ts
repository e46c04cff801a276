import type { Content, Message } from "../state/chat.ts";
import { formatText } from "../text/formatted.ts";
import type { FormattedText } from "../text/entities.ts";
import type { Parts } from "../parts.ts";
import type { Call } from "./call.ts";
import { chatOf, replyOf, threadOf } from "./destination.ts";
import type { Params } from "./params.ts";
import { badRequest } from "./refusal.ts";
import { replyMarkupOf } from "./reply-markup.ts";

const MAX_TEXT = 4096;
const MAX_CAPTION = 1024;

/** The text of a message, 1 to 4096 UTF-16 units once parsed. @throws Refusal */
export function messageText(params: Params): FormattedText {
  const formatted = wordsOf(params, "text", "entities");
  if (formatted.text === "") throw badRequest("message text is empty");
  if (formatted.text.length > MAX_TEXT) throw badRequest("message is too long");
  return formatted;
}

/** The caption of a file, up to 1024 UTF-16 units once parsed. @throws Refusal */
export function captionText(params: Params): FormattedText {
  const formatted = wordsOf(params, "caption", "caption_entities");
  if (formatted.text.length > MAX_CAPTION) throw badRequest("message caption is too long");
  return formatted;
}

export function wordsOf(params: Params, field: string, entitiesField: string): FormattedText {
  return formatText(params.text(field), params.text("parse_mode"), params.json(entitiesField, "entities"));
}

/**
 * Puts a bot's message into its chat. The draft it may have shown there makes room for it.
 * @throws Refusal for the chat, the topic, the reply or the rate.
 */
export function send(call: Call, { world, rates, notices }: Parts, content: Content, mediaGroupId?: string): Message {
  const replyMarkup = replyMarkupOf(call.params);
  const chat = chatOf(call, world);
  const threadId = threadOf(call, chat);
  const reply = replyOf(call, chat);
  rates.spend(call.bot, chat);
  world.drafts.end(chat, threadId, "replaced");
  const message = world.chats.post({
    chat,
    from: call.bot,
    content,
    threadId: threadId ?? (chat.isForum ? reply?.message.threadId : undefined),
    replyTo: reply?.message,
    quote: reply?.quote,
    mediaGroupId,
    silent: call.params.flag("disable_notification"),
    replyMarkup,
  });
  if (chat.type === "channel") notices.posted(message);
  return message;
}
