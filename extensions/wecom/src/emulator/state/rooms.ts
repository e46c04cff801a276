import type { EmulatorClock, JsonRecord } from "@loong/emulator-kit";
import { groupIdFor, randomHex } from "../ids.ts";
import type { Bot } from "./bots.ts";
import type { MediaFile } from "./files.ts";
import type { Actor, User } from "./people.ts";

interface ChatFacts {
  /** The platform's id: the userid in a single chat, so that several bots may share it. */
  readonly chatId: string;
  /** What those who drive the emulator call it: the person's name in a single chat. */
  readonly name: string;
  /** In the order they appeared. */
  readonly messages: Message[];
  /** Bots to which somebody here has spoken: only these may push. */
  readonly spokenTo: Set<Bot>;
}
export interface SingleChat extends ChatFacts {
  readonly type: "single";
  readonly user: User;
  readonly bot: Bot;
}
interface GroupChat extends ChatFacts {
  readonly type: "group";
  readonly members: ReadonlySet<User>;
  readonly bots: Set<Bot>;
}
export type Chat = SingleChat | GroupChat;

/** How a bot's message came: in answer to a message, unasked, over a response_url, or as a welcome. */
export type Via = "reply" | "push" | "response-url" | "welcome";

/** What a message shows. Media are bytes, whoever sent them. */
export interface Content {
  readonly type: string;
  /** What can be read on the screen. */
  readonly text: string;
  readonly card?: JsonRecord | undefined;
  readonly files?: readonly MediaFile[] | undefined;
  /** The parts of a `mixed` message. */
  readonly items?: readonly Content[] | undefined;
  /** What bots get of a type that only its sender knows. */
  readonly payload?: JsonRecord | undefined;
}

export interface Message {
  readonly messageId: string;
  readonly chat: Chat;
  readonly from: Actor;
  readonly via: Via | undefined;
  /** The message it answers or quotes. */
  readonly parentId: string | undefined;
  readonly atMs: number;
  /** The id a bot gave its message to hear of likes and dislikes. */
  readonly feedbackId: string | undefined;
  content: Content;
  /** Every text it ever showed, the present one last. */
  readonly history: string[];
  /** `finished`: people see that nothing more will come. */
  stream: { readonly id: string; readonly finished: boolean } | undefined;
  /** Cards that only some people see, by userid. */
  readonly cardFor: Map<string, JsonRecord>;
}

interface Draft {
  readonly chat: Chat;
  readonly from: Actor;
  readonly content: Content;
  readonly via?: Via;
  readonly parentId?: string | undefined;
  readonly feedbackId?: string | undefined;
  readonly stream?: Message["stream"];
}

export interface RoomChange {
  readonly kind: "posted" | "edited";
  readonly message: Message;
}

/** Chats and what stands in them: the truth that people see. */
export interface Rooms {
  all(): readonly Chat[];
  directChat(user: User, bot: Bot): SingleChat;
  group(name: string, members: readonly User[], bots: readonly Bot[], chatId?: string): GroupChat;
  /** Exactly this id, as the platform compares: upper and lower case differ. */
  findGroup(chatId: string): GroupChat | undefined;
  findSingle(userId: string, bot: Bot): SingleChat | undefined;
  message(messageId: string): Message | undefined;
  post(draft: Draft): Message;
  edit(message: Message, change: Partial<Pick<Message, "content" | "stream">>): void;
  /** Calls `listener` after every change until the returned function is called. */
  watch(listener: (change: RoomChange) => void): () => void;
}

export function createRooms(clock: EmulatorClock, keepMessagesPerChat: number): Rooms {
  const singles = new Map<string, SingleChat>();
  const groups = new Map<string, GroupChat>();
  const messages = new Map<string, Message>();
  const listeners = new Set<(change: RoomChange) => void>();
  const tell = (kind: RoomChange["kind"], message: Message): void => {
    for (const listener of listeners) listener({ kind, message });
  };

  function add(message: Message): void {
    const { messages: shown } = message.chat;
    shown.push(message);
    messages.set(message.messageId, message);
    if (shown.length <= keepMessagesPerChat * 2) return;
    for (const old of shown.splice(0, shown.length - keepMessagesPerChat)) messages.delete(old.messageId);
  }

  const findSingle = (userId: string, bot: Bot): SingleChat | undefined => singles.get(`${bot.botId} ${userId}`);

  return {
    all: () => [...singles.values(), ...groups.values()],
    findGroup: (chatId) => groups.get(chatId),
    findSingle,
    message: (messageId) => messages.get(messageId),
    directChat(user, bot) {
      const known = findSingle(user.userId, bot);
      if (known !== undefined) return known;
      const facts = { chatId: user.userId, name: user.name, messages: [], spokenTo: new Set<Bot>() };
      const chat: SingleChat = { ...facts, type: "single", user, bot };
      singles.set(`${bot.botId} ${user.userId}`, chat);
      return chat;
    },
    group(name, members, bots, chatId = groupIdFor(`${name}:${groups.size}`)) {
      const facts = { chatId, name, messages: [], spokenTo: new Set<Bot>() };
      const chat: GroupChat = { ...facts, type: "group", members: new Set(members), bots: new Set(bots) };
      groups.set(chatId, chat);
      return chat;
    },
    post(draft) {
      const message = compose(draft, clock.now());
      add(message);
      tell("posted", message);
      return message;
    },
    edit(message, change) {
      Object.assign(message, change);
      if (change.content !== undefined) message.history.push(change.content.text);
      tell("edited", message);
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function compose({ chat, from, content, via, parentId, feedbackId, stream }: Draft, atMs: number): Message {
  return {
    messageId: randomHex(),
    chat,
    from,
    via,
    parentId,
    feedbackId,
    atMs,
    content,
    history: [content.text],
    stream,
    cardFor: new Map(),
  };
}
