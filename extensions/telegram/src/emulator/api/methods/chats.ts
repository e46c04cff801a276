import type { JsonRecord } from "@loong/emulator-kit";
import { createMembership } from "../../membership.ts";
import type { Parts } from "../../parts.ts";
import { isAdmin, isIn, type Chat } from "../../state/chat.ts";
import type { Methods } from "../call.ts";
import { chatOf } from "../destination.ts";
import { badRequest } from "../refusal.ts";
import { chatView, memberView } from "../view.ts";

/** Chats and who is in them. */
export function chatMethods({ world, notices }: Parts): Methods {
  const { actors } = world;
  const membership = createMembership(world, notices);
  return {
    getChat: (call) => fullView(chatOf(call, world, "read")),
    getChatMember(call) {
      const chat = chatOf(call, world, "read");
      const userId = call.params.integer("user_id", 0);
      const actor = actors.findUser(userId) ?? actors.bots().find(({ id }) => id === userId);
      if (actor === undefined) throw badRequest("user not found");
      return memberView(chat, chat.members.get(userId) ?? { actor, status: "left" });
    },
    getChatAdministrators(call) {
      const chat = chatOf(call, world, "read");
      if (chat.type === "private") throw badRequest("there are no administrators in the private chat");
      return [...chat.members.values()].filter(({ actor }) => isAdmin(chat, actor)).map((one) => memberView(chat, one));
    },
    getChatMemberCount(call) {
      const chat = chatOf(call, world, "read");
      return [...chat.members.values()].filter(({ actor }) => isIn(chat, actor)).length;
    },
    leaveChat(call) {
      const chat = chatOf(call, world);
      if (chat.type === "private") throw badRequest("chat member status can't be changed in private chats");
      membership.leave(chat, call.bot, "left");
      return true;
    },
  };
}

/** The `ChatFullInfo` object. */
function fullView(chat: Chat): JsonRecord {
  const isGroup = chat.type === "group" || chat.type === "supergroup";
  return {
    ...chatView(chat),
    ...(chat.username === undefined ? {} : { active_usernames: [chat.username] }),
    ...(isGroup ? { permissions: { can_send_messages: true, can_send_photos: true, can_send_documents: true } } : {}),
    accent_color_id: Math.abs(chat.id) % 7,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: false,
      limited_gifts: false,
      unique_gifts: false,
      premium_subscription: false,
      gifts_from_channels: false,
    },
  };
}
