import type { JsonRecord } from "@loong/emulator-kit";
import { chatIdFor } from "./ids.ts";
import { userView } from "./api/view.ts";
import type { Actor } from "./state/actors.ts";
import type { Chat, Member, MemberStatus, Message, Topic } from "./state/chat.ts";
import type { World } from "./state/world.ts";
import type { Notices, UpdateIds } from "./updates/notices.ts";

/** Who is in a chat, what it is divided into, and what it turns into; bots are told. */
export interface Membership {
  join(chat: Chat, who: Actor): UpdateIds;
  leave(chat: Chat, who: Actor, how: "left" | "kicked"): UpdateIds;
  become(chat: Chat, who: Actor, status: MemberStatus): UpdateIds;
  setBlocked(chat: Chat, blocked: boolean): UpdateIds;
  openTopic(chat: Chat, by: Actor, name: string, iconColor?: number): Topic;
  migrate(chat: Chat): Chat;
}

const ICON_COLOR = 7_322_096;

export function createMembership({ chats }: Pick<World, "chats">, notices: Notices): Membership {
  /** A line in the chat that says what happened. */
  function note(chat: Chat, from: Actor, fields: JsonRecord): Message {
    const [type = "service"] = Object.keys(fields);
    return chats.post({ chat, from, content: { type, text: "", entities: [], fields } });
  }

  function become(chat: Chat, who: Actor, status: MemberStatus): UpdateIds {
    const before: Member = { actor: who, status: chat.members.get(who.id)?.status ?? "left" };
    const after: Member = { actor: who, status };
    chat.members.set(who.id, after);
    return notices.member(chat, who, before, after);
  }

  return {
    become,
    join(chat, who) {
      const ids = become(chat, who, "member");
      const view = userView(who);
      const joined = note(chat, who, { new_chat_members: [view], new_chat_member: view, new_chat_participant: view });
      return { ...ids, ...notices.posted(joined) };
    },
    leave(chat, who, how) {
      const left = note(chat, who, { left_chat_member: userView(who), left_chat_participant: userView(who) });
      const ids = notices.posted(left);
      return { ...ids, ...become(chat, who, how) };
    },
    setBlocked(chat, blocked) {
      chat.blocked = blocked;
      if (chat.peers === undefined) return {};
      const { user, bot } = chat.peers;
      const wanted: Member = { actor: bot, status: "member" };
      const unwanted: Member = { actor: bot, status: "kicked" };
      return blocked ? notices.member(chat, user, wanted, unwanted) : notices.member(chat, user, unwanted, wanted);
    },
    openTopic(chat, by, name, iconColor = ICON_COLOR) {
      const created = note(chat, by, { forum_topic_created: { name, icon_color: iconColor } });
      const topic: Topic = { threadId: created.messageId, name, iconColor, closed: false };
      chat.topics.set(topic.threadId, topic);
      if (by.kind === "user") notices.posted(created);
      return topic;
    },
    migrate(chat) {
      const members = [...chat.members.values()].map(({ actor }) => actor);
      const id = chatIdFor(chat.name, false);
      const next = chats.group({ name: chat.name, type: "supergroup", members, id });
      const [first] = members;
      if (first !== undefined) {
        notices.posted(note(chat, first, { migrate_to_chat_id: next.id }));
        notices.posted(note(next, first, { migrate_from_chat_id: chat.id }));
      }
      chat.migratedTo = next;
      return next;
    },
  };
}
