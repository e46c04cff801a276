import type { EmulatorClock } from "@loong/emulator-kit";
import { emulatorErrors } from "../errors.ts";
import { digest, randomHex } from "../ids.ts";
import type { App } from "./apps.ts";
import type { Actor, User } from "./people.ts";

/** `topic`: a group in which every message opens a thread of its own. */
export type ChatMode = "p2p" | "group" | "topic";

export interface Chat {
  readonly chatId: string;
  readonly mode: ChatMode;
  readonly name: string;
  readonly owner: User | undefined;
  readonly members: Set<User>;
  readonly apps: Set<App>;
  /** In the order they appeared. */
  readonly messages: Message[];
  disbanded: boolean;
}

export interface Mention {
  /** `@_user_1`, as it stands in the text. */
  readonly key: string;
  readonly actor: Actor;
}

export interface Reaction {
  readonly reactionId: string;
  readonly emoji: string;
  readonly by: Actor;
  readonly atMs: number;
}

interface Edit {
  readonly atMs: number;
  readonly msgType: string;
  /** What stood there before. */
  readonly sent: string;
}

export interface Message {
  readonly messageId: string;
  readonly chat: Chat;
  readonly sender: Actor;
  readonly rootId: string | undefined;
  readonly parentId: string | undefined;
  /** A root gets its thread with the first reply in it. */
  threadId: string | undefined;
  readonly createdAtMs: number;
  updatedAtMs: number;
  msgType: string;
  /** The JSON string as its sender wrote it. */
  sent: string;
  /** The same with mentions replaced by their keys, as readers of the message get it. */
  content: string;
  mentions: readonly Mention[];
  recalled: boolean;
  readonly edits: Edit[];
  readonly reactions: Reaction[];
  /** The idempotency key it was sent with. */
  readonly uuid: string | undefined;
  /** The merged message that holds this one. */
  readonly upperMessageId: string | undefined;
}

export interface Draft {
  readonly chat: Chat;
  readonly sender: Actor;
  readonly msgType: string;
  readonly sent: string;
  readonly content: string;
  readonly mentions?: readonly Mention[];
  readonly replyTo?: Message;
  /** Puts it into the thread of `replyTo`, opening one if need be. */
  readonly inThread?: boolean;
  readonly uuid?: string | undefined;
  /** Milliseconds since 1970; now when absent. */
  readonly createdAtMs?: number;
  readonly upperMessageId?: string;
}

/** What an edit puts in place of the old words. */
interface Rewrite {
  readonly msgType: string;
  readonly sent: string;
  readonly content: string;
  readonly mentions: readonly Mention[];
}

export type RoomChange =
  | { readonly kind: "posted" | "edited" | "recalled"; readonly message: Message }
  | { readonly kind: "reacted" | "unreacted"; readonly message: Message; readonly reaction: Reaction };

/** Chats and what stands in them: the truth that both users and apps look at. */
export interface Rooms {
  all(): readonly Chat[];
  directChat(user: User, app: App): Chat;
  group(name: string, members: readonly User[], apps: readonly App[], mode?: "group" | "topic", chatId?: string): Chat;
  find(chatId: string): Chat | undefined;
  /** By id, or by name. @throws FEISHU_EMULATOR_NOT_FOUND */
  get(idOrName: string): Chat;
  message(messageId: string): Message | undefined;
  post(draft: Draft): Message;
  edit(message: Message, change: Rewrite): void;
  recall(message: Message): void;
  /** Tells watchers that what the message shows has changed elsewhere. */
  touch(message: Message): void;
  react(message: Message, emoji: string, by: Actor): Reaction;
  unreact(message: Message, reactionId: string): Reaction | undefined;
  /** Calls `listener` after every change until the returned function is called. */
  watch(listener: (change: RoomChange) => void): () => void;
}

export function createRooms(clock: EmulatorClock, keepMessagesPerChat: number): Rooms {
  const chats = new Map<string, Chat>();
  const messages = new Map<string, Message>();
  const threadRoots = new Map<string, string>();
  const listeners = new Set<(change: RoomChange) => void>();
  const tell = (change: RoomChange): void => {
    for (const listener of listeners) listener(change);
  };

  function open(chatId: string, chat: Omit<Chat, "chatId" | "messages" | "disbanded">): Chat {
    const opened: Chat = { chatId, ...chat, messages: [], disbanded: false };
    chats.set(chatId, opened);
    return opened;
  }

  function add(message: Message): void {
    message.chat.messages.push(message);
    messages.set(message.messageId, message);
    if (message.chat.messages.length <= keepMessagesPerChat * 2) return;
    const forgotten = message.chat.messages.splice(0, message.chat.messages.length - keepMessagesPerChat);
    for (const old of forgotten) messages.delete(old.messageId);
  }

  return {
    all: () => [...chats.values()],
    find: (chatId) => chats.get(chatId),
    message: (messageId) => messages.get(messageId),
    directChat(user, app) {
      const chatId = `oc_${digest(`p2p:${app.appId}:${user.unionId}`)}`;
      const shape = {
        mode: "p2p",
        name: app.botName,
        owner: user,
        members: new Set([user]),
        apps: new Set([app]),
      } as const;
      return chats.get(chatId) ?? open(chatId, shape);
    },
    group(name, members, apps, mode = "group", chatId = `oc_${digest(`group:${name}:${chats.size}`)}`) {
      return open(chatId, {
        mode,
        name,
        owner: members[0],
        members: new Set(members),
        apps: new Set(apps),
      });
    },
    get(idOrName) {
      const chat =
        chats.get(idOrName) ?? [...chats.values()].find(({ name, mode }) => mode !== "p2p" && name === idOrName);
      if (chat === undefined) throw emulatorErrors.FEISHU_EMULATOR_NOT_FOUND(["chat", idOrName]);
      return chat;
    },
    post(draft) {
      const message = compose(draft, placeOf(draft, threadRoots), clock.now());
      add(message);
      tell({ kind: "posted", message });
      return message;
    },
    edit(message, change) {
      message.edits.push({ atMs: clock.now(), msgType: message.msgType, sent: message.sent });
      Object.assign(message, change);
      message.updatedAtMs = clock.now();
      tell({ kind: "edited", message });
    },
    recall(message) {
      message.recalled = true;
      message.updatedAtMs = clock.now();
      tell({ kind: "recalled", message });
    },
    touch: (message) => tell({ kind: "edited", message }),
    react(message, emoji, by) {
      const reaction = { reactionId: randomHex(), emoji, by, atMs: clock.now() };
      message.reactions.push(reaction);
      tell({ kind: "reacted", message, reaction });
      return reaction;
    },
    unreact(message, reactionId) {
      const index = message.reactions.findIndex((reaction) => reaction.reactionId === reactionId);
      const [reaction] = index < 0 ? [] : message.reactions.splice(index, 1);
      if (reaction !== undefined) tell({ kind: "unreacted", message, reaction });
      return reaction;
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function compose(draft: Draft, place: Place, nowMs: number): Message {
  return {
    messageId: place.messageId,
    chat: draft.chat,
    sender: draft.sender,
    rootId: place.rootId,
    parentId: place.parentId,
    threadId: place.threadId,
    createdAtMs: draft.createdAtMs ?? nowMs,
    updatedAtMs: draft.createdAtMs ?? nowMs,
    msgType: draft.msgType,
    sent: draft.sent,
    content: draft.content,
    mentions: draft.mentions ?? [],
    recalled: false,
    edits: [],
    reactions: [],
    uuid: draft.uuid,
    upperMessageId: draft.upperMessageId,
  };
}

interface Place extends Pick<Message, "rootId" | "parentId" | "threadId"> {
  readonly messageId: string;
}

/**
 * Where a message stands. A reply points at its parent and at the first message; inside a thread both are the thread's
 * root; the first message of a topic has a thread and no parent.
 */
function placeOf({ chat, replyTo, inThread }: Draft, threadRoots: Map<string, string>): Place {
  const messageId = `om_${randomHex()}`;
  if (replyTo === undefined) {
    const threadId = chat.mode === "topic" ? openThread(messageId, threadRoots) : undefined;
    return { messageId, rootId: undefined, parentId: undefined, threadId };
  }
  if (replyTo.threadId === undefined && inThread !== true) {
    return { messageId, rootId: replyTo.rootId ?? replyTo.messageId, parentId: replyTo.messageId, threadId: undefined };
  }
  replyTo.threadId ??= openThread(replyTo.messageId, threadRoots);
  const rootId = threadRoots.get(replyTo.threadId) ?? replyTo.messageId;
  return { messageId, rootId, parentId: rootId, threadId: replyTo.threadId };
}

function openThread(rootId: string, threadRoots: Map<string, string>): string {
  const threadId = `omt_${randomHex().slice(0, 16)}`;
  threadRoots.set(threadId, rootId);
  return threadId;
}
