import type { EmulatorClock, JsonRecord } from "@loong/emulator-kit";
import { chatView, memberView, messageView, seconds, userView } from "../api/view.ts";
import type { Actor, Bot } from "../state/actors.ts";
import { isAdmin, isIn, type Chat, type Member, type Message } from "../state/chat.ts";
import { hears } from "./privacy.ts";
import type { UpdateQueue } from "./queue.ts";

/** By bot id, the id of the update it got. Bots that were not told are absent. */
export type UpdateIds = Readonly<Record<string, number>>;

/** Tells bots what happened in their chats. */
export interface Notices {
  posted(message: Message): UpdateIds;
  edited(message: Message): UpdateIds;
  reacted(message: Message, by: Actor, before: readonly JsonRecord[]): UpdateIds;
  /** Somebody's place in a chat changed. */
  member(chat: Chat, by: Actor, before: Member, after: Member): UpdateIds;
  pressed(bot: Bot, by: Actor, message: Message, id: string, data: string): number | undefined;
  draftStopped(chat: Chat, draftId: number, threadId: number | undefined): UpdateIds;
}

export interface NoticePorts {
  readonly clock: EmulatorClock;
  readonly bots: () => readonly Bot[];
  readonly queueOf: (bot: Bot) => UpdateQueue;
}

export function createNotices({ clock, bots, queueOf }: NoticePorts): Notices {
  function tell(to: readonly Bot[], chat: Chat, type: string, payload: JsonRecord): UpdateIds {
    const ids: Record<string, number> = {};
    for (const bot of to) {
      const id = queueOf(bot).push(type, payload, `chat:${chat.id}`);
      if (id !== undefined) ids[bot.id] = id;
    }
    return ids;
  }
  const present = (chat: Chat): Bot[] => bots().filter((bot) => isIn(chat, bot));
  const listening = (message: Message): Bot[] => present(message.chat).filter((bot) => hears(bot, message));
  const messageType = (message: Message, edited: boolean): string =>
    `${edited ? "edited_" : ""}${message.chat.type === "channel" ? "channel_post" : "message"}`;

  return {
    posted: (message) => tell(listening(message), message.chat, messageType(message, false), messageView(message)),
    edited: (message) => tell(listening(message), message.chat, messageType(message, true), messageView(message)),
    reacted(message, by, before) {
      const { chat, messageId } = message;
      const to = present(chat).filter((bot) => bot !== by && (chat.type === "private" || isAdmin(chat, bot)));
      return tell(to, chat, "message_reaction", {
        chat: chatView(chat),
        message_id: messageId,
        user: userView(by),
        date: seconds(clock.now()),
        old_reaction: before,
        new_reaction: message.reactions.get(by.id) ?? [],
      });
    },
    member(chat, by, before, after) {
      const payload = {
        chat: chatView(chat),
        from: userView(by),
        date: seconds(clock.now()),
        old_chat_member: memberView(chat, before),
        new_chat_member: memberView(chat, after),
      };
      const { actor } = after;
      const others = present(chat).filter((bot) => bot !== actor && isAdmin(chat, bot));
      return {
        ...tell(others, chat, "chat_member", payload),
        ...(actor.kind === "bot" ? tell([actor], chat, "my_chat_member", payload) : {}),
      };
    },
    pressed: (bot, by, message, id, data) =>
      queueOf(bot).push(
        "callback_query",
        {
          id,
          from: userView(by),
          message: messageView(message),
          chat_instance: String(message.chat.id).replace("-", "7"),
          data,
        },
        `user:${by.id}`,
      ),
    draftStopped: (chat, draftId, threadId) =>
      tell(present(chat), chat, "stopped_message_generation", {
        chat: chatView(chat),
        draft_id: draftId,
        ...(threadId === undefined ? {} : { message_thread_id: threadId }),
      }),
  };
}
