import type { JsonRecord } from "@loong/emulator-kit";
import { createMembership } from "../../membership.ts";
import type { Parts } from "../../parts.ts";
import { isAdmin, type Chat, type Topic } from "../../state/chat.ts";
import type { Call, Methods } from "../call.ts";
import { chatOf } from "../destination.ts";
import { badRequest } from "../refusal.ts";

const MAX_NAME = 128;

/** Topics of forums, and of private chats with bots that may have them. */
export function topicMethods({ world, notices }: Parts): Methods {
  const membership = createMembership(world, notices);

  function forumOf(call: Call): Chat {
    const chat = chatOf(call, world);
    if (chat.type === "private" ? !call.bot.privateTopics : !chat.isForum) throw badRequest("the chat is not a forum");
    if (chat.type !== "private" && !isAdmin(chat, call.bot)) throw badRequest("not enough rights to create a topic");
    return chat;
  }

  function topicOf(call: Call): { readonly chat: Chat; readonly topic: Topic } {
    const chat = forumOf(call);
    const topic = chat.topics.get(call.params.integer("message_thread_id", 0));
    if (topic === undefined) throw badRequest("TOPIC_ID_INVALID");
    return { chat, topic };
  }

  function setClosed(call: Call, closed: boolean): true {
    const { topic } = topicOf(call);
    if (topic.closed === closed) throw badRequest("TOPIC_NOT_MODIFIED");
    topic.closed = closed;
    return true;
  }

  return {
    createForumTopic(call) {
      const chat = forumOf(call);
      const { name } = nameOf(call);
      const color = call.params.has("icon_color") ? call.params.integer("icon_color", 0) : undefined;
      return topicView(membership.openTopic(chat, call.bot, name, color));
    },
    editForumTopic(call) {
      const { topic } = topicOf(call);
      if (call.params.has("name")) topic.name = nameOf(call).name;
      return true;
    },
    closeForumTopic: (call) => setClosed(call, true),
    reopenForumTopic: (call) => setClosed(call, false),
    deleteForumTopic(call) {
      const { chat, topic } = topicOf(call);
      chat.topics.delete(topic.threadId);
      for (const message of chat.messages.values())
        if (message.threadId === topic.threadId) world.chats.remove(message);
      return true;
    },
    getForumTopicIconStickers: () => [],
  };
}

function nameOf({ params }: Call): { readonly name: string } {
  const name = params.text("name").trim();
  if (name === "" || name.length > MAX_NAME) throw badRequest("TOPIC_TITLE_EMPTY");
  return { name };
}

function topicView({ threadId, name, iconColor }: Topic): JsonRecord {
  return { message_thread_id: threadId, name, icon_color: iconColor };
}
