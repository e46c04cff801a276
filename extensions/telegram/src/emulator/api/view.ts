import type { JsonRecord } from "@loong/emulator-kit";
import { isAdmin, type Chat, type Member, type Message } from "../state/chat.ts";
import type { Actor, Bot } from "../state/actors.ts";

export function userView(actor: Actor): JsonRecord {
  return {
    id: actor.id,
    is_bot: actor.kind === "bot",
    first_name: actor.name,
    ...(actor.username === undefined ? {} : { username: actor.username }),
    ...(actor.kind === "user" ? { language_code: "en" } : {}),
  };
}

/** What `getMe` says. @see https://core.telegram.org/bots/api#user (read 2026-11) */
export function selfView(bot: Bot): JsonRecord {
  return {
    ...userView(bot),
    can_join_groups: true,
    can_read_all_group_messages: bot.canReadAllGroupMessages,
    supports_guest_queries: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: bot.privateTopics,
    allows_users_to_create_topics: bot.privateTopics,
    can_manage_bots: false,
  };
}

export function chatView(chat: Chat): JsonRecord {
  const title = chat.type === "private" ? { first_name: chat.name } : { title: chat.name };
  return {
    id: chat.id,
    ...title,
    ...(chat.username === undefined ? {} : { username: chat.username }),
    ...(chat.isForum ? { is_forum: true } : {}),
    type: chat.type,
  };
}

/** The `Message` object; a message it replies to is shown without the one that replies to in turn. */
export function messageView(message: Message, depth = 1): JsonRecord {
  const { chat, from, content, replyTo } = message;
  const showsReply = depth > 0 && replyTo !== undefined && !replyTo.deleted;
  return {
    message_id: message.messageId,
    ...(chat.type === "channel" ? { sender_chat: chatView(chat) } : { from: userView(from) }),
    chat: chatView(chat),
    date: seconds(message.atMs),
    ...(message.editedAtMs === undefined ? {} : { edit_date: seconds(message.editedAtMs) }),
    ...(message.threadId === undefined ? {} : { message_thread_id: message.threadId, is_topic_message: true }),
    ...(showsReply ? { reply_to_message: messageView(replyTo, depth - 1) } : {}),
    ...(message.quote === undefined ? {} : { quote: { text: message.quote, position: 0, is_manual: true } }),
    ...(message.forwardOrigin === undefined ? {} : { forward_origin: message.forwardOrigin }),
    ...(message.mediaGroupId === undefined ? {} : { media_group_id: message.mediaGroupId }),
    ...wordsView(content.type, content.text, content.entities),
    ...content.fields,
    ...(message.replyMarkup?.["inline_keyboard"] === undefined ? {} : { reply_markup: message.replyMarkup }),
  };
}

function wordsView(type: string, text: string, entities: readonly object[]): JsonRecord {
  if (type === "rich_message" || text === "") return {};
  const found = entities.length === 0 ? undefined : entities;
  if (type === "text") return found === undefined ? { text } : { text, entities: found };
  return found === undefined ? { caption: text } : { caption: text, caption_entities: found };
}

export function memberView(chat: Chat, { actor, status }: Member): JsonRecord {
  const user = userView(actor);
  if (!isAdmin(chat, actor)) return status === "kicked" ? { status, user, until_date: 0 } : { status, user };
  if (status === "creator") return { status, user, is_anonymous: false };
  return {
    status,
    user,
    can_be_edited: false,
    is_anonymous: false,
    can_manage_chat: true,
    can_delete_messages: true,
    can_manage_video_chats: true,
    can_restrict_members: true,
    can_promote_members: false,
    can_change_info: true,
    can_invite_users: true,
    can_post_stories: false,
    can_edit_stories: false,
    can_delete_stories: false,
    can_pin_messages: true,
    can_manage_topics: true,
  };
}

/** The platform counts whole seconds. */
export function seconds(atMs: number): number {
  return Math.floor(atMs / 1000);
}
