import type { EmulatorClock, JsonRecord } from "@loong/emulator-kit";
import { emulatorErrors } from "../errors.ts";
import { chatIdFor } from "../ids.ts";
import type { Actor, Bot, User } from "./actors.ts";
import type { Chat, Content, Message } from "./chat.ts";

type NewMessage = Pick<Message, "chat" | "from" | "content"> &
  Partial<
    Pick<Message, "threadId" | "replyTo" | "quote" | "mediaGroupId" | "forwardOrigin" | "silent" | "replyMarkup">
  >;

export interface RoomChange {
  readonly kind: "posted" | "edited" | "deleted" | "reacted";
  readonly message: Message;
}

export interface Chats {
  all(): readonly Chat[];
  /** The chat between a person and a bot; made on first use. */
  direct(user: User, bot: Bot): Chat;
  group(facts: {
    readonly name: string;
    readonly type: "group" | "supergroup" | "channel";
    readonly members: readonly Actor[];
    readonly id?: number | undefined;
    readonly isForum?: boolean;
    readonly username?: string | undefined;
  }): Chat;
  /** The chat as this bot knows it: a private one has the id of the user. */
  seenBy(bot: Bot, chatId: number | string): Chat | undefined;
  /** By id, name or username. @throws TELEGRAM_EMULATOR_NOT_FOUND */
  get(ref: number | string, botId?: number): Chat;
  post(message: NewMessage): Message;
  edit(message: Message, change: { readonly content?: Content; readonly replyMarkup?: JsonRecord | undefined }): void;
  remove(message: Message): void;
  react(message: Message, by: Actor, reactions: readonly JsonRecord[]): void;
  watch(listener: (change: RoomChange) => void): () => void;
}

export function createChats(clock: EmulatorClock): Chats {
  const chats: Chat[] = [];
  const byAddress = new Map<string, Chat>();
  const counters = new Map<number, number>();
  const listeners = new Set<(change: RoomChange) => void>();

  /** A bot counts the messages of all its private chats together; a group counts its own. */
  function nextMessageId(chat: Chat): number {
    const counter = chat.peers?.bot.id ?? chat.id;
    const next = (counters.get(counter) ?? 0) + 1;
    counters.set(counter, next);
    return next;
  }
  function tell(kind: RoomChange["kind"], message: Message): void {
    for (const listener of listeners) listener({ kind, message });
  }
  function put(chat: Chat, members: readonly Actor[]): Chat {
    for (const actor of members) chat.members.set(actor.id, { actor, status: "member" });
    chats.push(chat);
    byAddress.set(addressOf(chat.id, chat.peers?.bot.id), chat);
    return chat;
  }
  /** The Bot API knows ids, and `@name` of public groups and channels. */
  function seenBy(botId: number | undefined, ref: number | string): Chat | undefined {
    const isPublicName = typeof ref === "string" && ref.startsWith("@");
    if (isPublicName) return chats.find(({ peers, username }) => peers === undefined && `@${username}` === ref);
    return byAddress.get(addressOf(ref, botId)) ?? byAddress.get(addressOf(ref));
  }

  return {
    all: () => chats,
    direct(user, bot) {
      const known = byAddress.get(addressOf(user.id, bot.id));
      if (known !== undefined) return known;
      const chat = emptyChat({ id: user.id, type: "private", name: user.name, username: user.username });
      return put({ ...chat, peers: { user, bot } }, [user, bot]);
    },
    group({ name, type, members, id = chatIdFor(name, type === "group"), isForum = false, username }) {
      // Message 1 of a forum made its General topic.
      if (isForum) counters.set(id, 1);
      return put({ ...emptyChat({ id, type, name, username }), isForum }, members);
    },
    seenBy: ({ id }, ref) => seenBy(id, ref),
    get(ref, botId) {
      const found = seenBy(botId, ref) ?? chats.find(({ id, name }) => name === ref || String(id) === String(ref));
      if (found === undefined) throw emulatorErrors.TELEGRAM_EMULATOR_NOT_FOUND(["chat", String(ref)]);
      return found;
    },
    post({ chat, from, content, ...rest }) {
      const message: Message = {
        chat,
        from,
        content,
        threadId: rest.threadId,
        replyTo: rest.replyTo,
        quote: rest.quote,
        mediaGroupId: rest.mediaGroupId,
        forwardOrigin: rest.forwardOrigin,
        silent: rest.silent ?? false,
        replyMarkup: rest.replyMarkup,
        messageId: nextMessageId(chat),
        atMs: clock.now(),
        editedAtMs: undefined,
        deleted: false,
        reactions: new Map(),
        history: [content.text],
      };
      chat.messages.set(message.messageId, message);
      tell("posted", message);
      return message;
    },
    edit(message, change) {
      if (change.content !== undefined) {
        message.content = change.content;
        message.history.push(change.content.text);
      }
      message.replyMarkup = change.replyMarkup;
      message.editedAtMs = clock.now();
      tell("edited", message);
    },
    remove(message) {
      message.deleted = true;
      tell("deleted", message);
    },
    react(message, by, reactions) {
      if (reactions.length === 0) message.reactions.delete(by.id);
      else message.reactions.set(by.id, reactions);
      tell("reacted", message);
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function emptyChat(facts: Pick<Chat, "id" | "type" | "name" | "username">): Chat {
  return {
    ...facts,
    isForum: false,
    peers: undefined,
    members: new Map(),
    topics: new Map(),
    messages: new Map(),
    blocked: false,
    migratedTo: undefined,
  };
}

/** A private chat has the id of the person, once for every bot. */
function addressOf(chatId: number | string, botId?: number): string {
  return botId === undefined ? String(chatId) : `${botId}:${chatId}`;
}
