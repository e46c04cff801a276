import type { InboundEvent, Sender } from "@loong/sdk";
import type { CallbackQuery, Chat, Message, Update, User } from "grammy/types";
import type { Bot } from "../identity.ts";
import { heardIdOf, messageIdOf, pressIdOf } from "../message-id.ts";
import { readContent } from "./content.ts";
import { resolveMentions } from "./mentions.ts";

export type Parsed =
  | { readonly kind: "event"; readonly event: InboundEvent }
  | { readonly kind: "ignored"; readonly reason: string };

/** Turns one update into one event of the contract, or says why there is nothing to answer. Pure. */
export function parseUpdate(update: Update, bot: Bot, nowMs: number): Parsed {
  const eventId = `${bot.id}:${update.update_id}`;
  if (update.message !== undefined) return parseMessage(eventId, update.message, bot, nowMs);
  if (update.callback_query !== undefined) return parsePress(eventId, update.callback_query, nowMs);
  return { kind: "ignored", reason: "a kind of update there is no answer to" };
}

/** @see https://core.telegram.org/bots/api#message (read 2026-08) */
function parseMessage(eventId: string, message: Message, bot: Bot, nowMs: number): Parsed {
  const { chat } = message;
  if (chat.type === "channel" || message.is_automatic_forward === true) return ignored("a channel's post");
  const sender = senderOf(message, bot);
  if (sender === undefined) return ignored("nobody said it");
  const content = readContent(message);
  if (content.text === "" && content.attachments.length === 0) return ignored("no content");
  const { text, isMentioned } = resolveMentions(content.text, content.entities, bot);
  const replied = repliedTo(message);
  return {
    kind: "event",
    event: {
      eventId,
      messageId: heardIdOf(chat.id, message.message_id, bot.id),
      kind: "message",
      conversation: conversationOf(chat, topicOf(message)),
      sender,
      text,
      addressed: chat.type === "private" || isMentioned || replied?.from?.id === bot.id,
      ...(content.attachments.length === 0 ? {} : { attachments: content.attachments }),
      ...(replied === undefined ? {} : { inReplyTo: messageIdOf(chat.id, replied.message_id) }),
      sentAtMs: timeMs(message.date) ?? nowMs,
    },
  };
}

/**
 * A press of a button under a message of this bot's.
 *
 * @see https://core.telegram.org/bots/api#callbackquery (read 2026-08)
 */
function parsePress(eventId: string, { id, from, message, data }: CallbackQuery, nowMs: number): Parsed {
  if (message === undefined) return ignored("a button outside of a chat");
  if (data === undefined) return ignored("a button of a game");
  const cardMessageId = messageIdOf(message.chat.id, message.message_id);
  const topic = "is_topic_message" in message ? topicOf(message) : undefined;
  const label = labelOf(message, data);
  return {
    kind: "event",
    event: {
      eventId,
      messageId: pressIdOf(message.chat.id, message.message_id, id),
      kind: "action",
      conversation: conversationOf(message.chat, topic),
      sender: personOf(from),
      text: `[card action${label === undefined ? "" : ` ${label}`}: ${data}]`,
      addressed: true,
      action: { cardMessageId, value: data },
      inReplyTo: cardMessageId,
      // The press itself has no time; that of the message is the card's.
      sentAtMs: nowMs,
    },
  };
}

function ignored(reason: string): Parsed {
  return { kind: "ignored", reason };
}

function conversationOf(chat: Chat, threadId: number | undefined): InboundEvent["conversation"] {
  return {
    id: String(chat.id),
    type: chat.type === "private" ? "direct" : "group",
    ...(threadId === undefined ? {} : { threadId: String(threadId) }),
    ...(chat.title === undefined ? {} : { title: chat.title }),
  };
}

/** Replies outside of forums carry a thread id too, which is only the message they go back to. */
function topicOf({ is_topic_message: isTopic, message_thread_id: threadId }: Message): number | undefined {
  return isTopic === true ? threadId : undefined;
}

/** In a topic every message that answers nothing "replies" to the notice that opened the topic. */
function repliedTo({ reply_to_message: replied, message_thread_id: threadId }: Message): Message | undefined {
  if (replied === undefined || replied.forum_topic_created !== undefined) return undefined;
  return replied.message_id === threadId && replied.text === undefined && replied.caption === undefined
    ? undefined
    : replied;
}

/** Administrators who hide behind the group and channels that speak in it are told by `sender_chat`; `from` is a stand-in then. */
function senderOf({ from, sender_chat: chat }: Message, bot: Bot): Sender | undefined {
  if (chat !== undefined) return { id: String(chat.id), ...(chat.title === undefined ? {} : { name: chat.title }) };
  if (from === undefined) return undefined;
  return { ...personOf(from), ...(from.id === bot.id ? { isSelf: true } : {}) };
}

function personOf({ id, first_name: first, last_name: last, is_bot: isBot }: User): Sender {
  const name = [first, last].filter((part) => part !== undefined && part !== "").join(" ");
  return { id: String(id), ...(name === "" ? {} : { name }), ...(isBot ? { isBot: true } : {}) };
}

function labelOf(message: NonNullable<CallbackQuery["message"]>, data: string): string | undefined {
  const rows = "reply_markup" in message ? (message.reply_markup?.inline_keyboard ?? []) : [];
  return rows.flat().find((button) => "callback_data" in button && button.callback_data === data)?.text;
}

/** Seconds, by the documentation; emulators are known to give milliseconds. */
function timeMs(date: number | undefined): number | undefined {
  if (date === undefined || !Number.isFinite(date) || date <= 0) return undefined;
  return date < 1e11 ? date * 1_000 : date;
}
