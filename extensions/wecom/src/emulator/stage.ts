import type { JsonRecord } from "@loong/emulator-kit";
import { emulatorErrors } from "./errors.ts";
import type { Fault } from "./faults.ts";
import { serverReqId } from "./ids.ts";
import type { BotOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { addressed, spoken, type Saying } from "./saying.ts";
import type { Bot } from "./state/bots.ts";
import type { User } from "./state/people.ts";
import type { Chat, Message, RoomChange } from "./state/rooms.ts";
import { shown, transcript, type ShownMessage } from "./state/transcript.ts";
import type { CallbackView } from "./wire/callbacks.ts";
import type { Connection, ConnectionView, DropMode } from "./wire/connections.ts";
import type { LoggedFrame } from "./wire/frame-log.ts";
import type { CardClick, Feedback, MessageTwist } from "./wire/notices.ts";

export interface BotHandle {
  readonly botId: string;
  readonly name: string;
}

export interface UserHandle {
  readonly name: string;
  /** Case matters. */
  readonly userId: string;
}

export interface ChatHandle {
  /** In a single chat the userid. */
  readonly chatId: string;
  /** In a single chat the person's name. */
  readonly name: string;
  readonly type: "single" | "group";
  /** Whose single chat it is. */
  readonly botId?: string;
}

/** Names and ids do as well as handles. */
export type BotRef = string | Pick<BotHandle, "botId">;
export type UserRef = string | Pick<UserHandle, "userId">;
/** A single chat given by id or name alone is the one with the first bot. */
export type ChatRef = string | Pick<ChatHandle, "chatId" | "botId">;

export interface SayOptions {
  /** Bots that are mentioned: in a group only these hear of it. An `@name` that is missing in the text comes first. */
  readonly mentions?: readonly BotRef[];
  /** The message that is quoted. */
  readonly quote?: string;
  /** Which bot's single chat is meant. */
  readonly bot?: BotRef;
  readonly twist?: MessageTwist;
}

export interface Said {
  readonly msgId: string;
  /** Under which the first bot was told; empty when none was. */
  readonly reqId: string;
  /** By bot id. */
  readonly reqIds: Readonly<Record<string, string>>;
}

export interface Change {
  readonly kind: RoomChange["kind"];
  readonly chatId: string;
  readonly message: ShownMessage;
}

/** What can be done to a running platform, beside what its bots do over the network. */
export interface Stage {
  bot(bot: BotRef): BotHandle;
  addBot(options: BotOptions): BotHandle;
  /** The user of that name; made on first use. */
  user(name: string, options?: { readonly userId?: string }): UserHandle;
  /** `spoken`: the person has spoken to the bot before, so that it may push. */
  directChat(user: UserRef, bot: BotRef, options?: { readonly spoken?: boolean }): ChatHandle;
  group(
    name: string,
    members: readonly UserRef[],
    bots: readonly BotRef[],
    options?: { readonly chatId?: string; readonly spoken?: boolean },
  ): ChatHandle;
  /** Takes a bot out of a group: its pushes get 93008. */
  removeBot(chat: ChatRef, bot: BotRef): void;
  chats(): readonly ChatHandle[];

  say(chat: ChatRef, user: UserRef, saying: Saying, options?: SayOptions): Said;
  /** Somebody opens the single chat for the first time today. @returns the req_id for a welcome, good for 5 s. */
  enterChat(user: UserRef, bot: BotRef): string;
  /** @returns the req_id for an update of the card, good for 5 s. */
  clickCard(user: UserRef, messageId: string, click: CardClick): string;
  /** Somebody likes or dislikes an answer. @throws WECOM_EMULATOR_NOT_FOUND when it carried no feedback id. */
  feedback(user: UserRef, messageId: string, feedback: Feedback): string;
  /** Sends any frame to a bot; a `ping` when there is no body. @returns its req_id. */
  emit(bot: BotRef, cmd: string, body?: JsonRecord, options?: { readonly reqId?: string }): string;
  /** Sends bytes as they are, in a text frame when they are a string. @throws WECOM_EMULATOR_NOT_SUBSCRIBED */
  emitRaw(bot: BotRef, data: string | Uint8Array): void;

  /** What the people in a chat see, oldest first. */
  shows(chat: ChatRef): ShownMessage[];
  /** The first message of a chat that fits, now or later. @throws WECOM_EMULATOR_TIMEOUT */
  waitFor(
    chat: ChatRef,
    fits: (message: ShownMessage) => boolean,
    options?: { readonly timeoutMs?: number },
  ): Promise<ShownMessage>;
  /** Calls `listener` after each change in any chat until the returned function is called. */
  watch(listener: (change: Change) => void): () => void;
  /** Everything that went over the websockets, secrets masked. */
  frames(): LoggedFrame[];
  clearFrames(): void;
  /** Every message and event for bots, and what became of it. */
  callbacks(): readonly CallbackView[];
  connections(bot?: BotRef): readonly ConnectionView[];

  inject(fault: Fault): string;
  removeFault(id: string): void;
  clearFaults(): void;
  /** Sends a message or event again: the same msgid under another req_id. @returns that req_id. */
  redeliver(msgId: string): string;
  /**
   * Another client subscribes as the bot. It keeps the subscription, and takes the callbacks, until a client of yours
   * subscribes; with `stays: false` it is gone at once. `closeAfterMs` stands for the option `closeAfterKickMs`.
   */
  kick(bot: BotRef, options?: { readonly stays?: boolean; readonly closeAfterMs?: number | "never" }): void;
  /** The old secret no longer subscribes; who is subscribed stays so. */
  rotateSecret(bot: BotRef, secret: string): void;
  /** From now on no stream that was begun can be changed: 846608. */
  expireStreams(): void;
  /** `closeCode` of mode `close`: 1000 unless given; 1006 is a break. @returns how many were dropped. */
  dropConnections(options?: { readonly mode?: DropMode; readonly closeCode?: number; readonly bot?: BotRef }): number;
  /** Moves the platform's time forward: streams, req_ids, media links, uploads and rates grow older. */
  advance(ms: number): void;
}

const WAIT_MS = 10_000;

export function createStage(parts: Parts): Stage {
  const { bots, people, rooms, notices, faults, clock, connections, subscriptions } = parts;

  const botOf = (ref: BotRef): Bot => bots.get(typeof ref === "string" ? ref : ref.botId);
  const userOf = (ref: UserRef): User => people.get(typeof ref === "string" ? ref : ref.userId);

  function chatOf(ref: ChatRef, bot?: BotRef): Chat {
    const [name, botRef] = typeof ref === "string" ? [ref, bot] : [ref.chatId, bot ?? ref.botId];
    const wanted = botRef === undefined ? undefined : botOf(botRef);
    const fits = (chat: Chat): boolean => chat.type === "group" || wanted === undefined || chat.bot === wanted;
    const candidates = rooms.all().filter(fits);
    const chat = candidates.find(({ chatId }) => chatId === name) ?? candidates.find((one) => one.name === name);
    if (chat === undefined) throw emulatorErrors.WECOM_EMULATOR_NOT_FOUND(["chat", name]);
    return chat;
  }

  function messageOf(messageId: string): Message {
    const message = rooms.message(messageId);
    if (message === undefined) throw emulatorErrors.WECOM_EMULATOR_NOT_FOUND(["message", messageId]);
    return message;
  }

  function messageOfBot(messageId: string, what: string, has: (message: Message) => boolean): [Message, Bot] {
    const message = messageOf(messageId);
    if (message.from.kind === "user" || !has(message)) {
      throw emulatorErrors.WECOM_EMULATOR_NOT_FOUND([what, messageId]);
    }
    return [message, message.from.bot];
  }

  function holderOf(bot: Bot): Connection {
    const holder = subscriptions.holder(bot);
    if (typeof holder !== "object") throw emulatorErrors.WECOM_EMULATOR_NOT_SUBSCRIBED([bot.botId]);
    return holder;
  }

  function say(ref: ChatRef, speaker: UserRef, saying: Saying, options: SayOptions = {}): Said {
    const chat = chatOf(ref, options.bot);
    const mentioned = (options.mentions ?? []).map(botOf);
    const quote = options.quote === undefined ? undefined : messageOf(options.quote);
    const content = spoken(saying);
    const heard = chat.type === "single" ? content : addressed(content, mentioned);
    const present = chat.type === "single" ? [chat.bot] : mentioned.filter((bot) => chat.bots.has(bot));
    const told = heard === undefined ? [] : present;
    const from = { kind: "user", user: userOf(speaker) } as const;
    const message = rooms.post({ chat, from, content: heard ?? content, parentId: options.quote });
    const facts = { quote, ...(options.twist === undefined ? {} : { twist: options.twist }) };
    const reqIds = told.map((bot) => {
      chat.spokenTo.add(bot);
      return [bot.botId, notices.said(message, bot, facts)] as const;
    });
    return { msgId: message.messageId, reqId: reqIds[0]?.[1] ?? "", reqIds: Object.fromEntries(reqIds) };
  }

  function waitFor(ref: ChatRef, fits: (message: ShownMessage) => boolean, timeoutMs: number): Promise<ShownMessage> {
    const chat = chatOf(ref);
    const already = transcript(chat).find(fits);
    if (already !== undefined) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const stop = rooms.watch(({ message }) => {
        if (message.chat !== chat || !fits(shown(message))) return;
        clearTimeout(timer);
        stop();
        resolve(shown(message));
      });
      const timer = setTimeout(() => {
        stop();
        reject(emulatorErrors.WECOM_EMULATOR_TIMEOUT([`a message in "${chat.name}"`, timeoutMs]));
      }, timeoutMs);
    });
  }

  return {
    bot: (ref) => botHandle(botOf(ref)),
    addBot: (options) => botHandle(bots.add(options)),
    user: (name, { userId } = {}) => people.named(name, userId),
    directChat(user, bot, { spoken: hasSpoken = false } = {}) {
      const chat = rooms.directChat(userOf(user), botOf(bot));
      if (hasSpoken) chat.spokenTo.add(chat.bot);
      return chatHandle(chat);
    },
    group(name, members, botRefs, { chatId, spoken: haveSpoken = false } = {}) {
      const chat = rooms.group(name, members.map(userOf), botRefs.map(botOf), chatId);
      if (haveSpoken) for (const bot of chat.bots) chat.spokenTo.add(bot);
      return chatHandle(chat);
    },
    removeBot(ref, bot) {
      const chat = chatOf(ref);
      if (chat.type === "group") chat.bots.delete(botOf(bot));
    },
    chats: () => rooms.all().map(chatHandle),

    say,
    enterChat: (user, bot) => notices.entered(rooms.directChat(userOf(user), botOf(bot))),
    clickCard(user, messageId, click) {
      const [message, bot] = messageOfBot(messageId, "card", ({ content }) => content.card !== undefined);
      return notices.clicked(message, bot, userOf(user), click);
    },
    feedback(user, messageId, feedback) {
      const asked = "answer that asks for feedback";
      const [message, bot] = messageOfBot(messageId, asked, ({ feedbackId }) => feedbackId !== undefined);
      return notices.feedback(bot, message, userOf(user), feedback);
    },
    emit(ref, cmd, body, { reqId } = {}) {
      const bot = botOf(ref);
      if (body !== undefined) return notices.other(bot, cmd, body, reqId);
      const id = reqId ?? serverReqId();
      connections.write(holderOf(bot), { cmd, headers: { req_id: id } });
      return id;
    },
    emitRaw: (bot, data) => connections.writeRaw(holderOf(botOf(bot)), data),

    shows: (chat) => transcript(chatOf(chat)),
    waitFor: (chat, fits, { timeoutMs = WAIT_MS } = {}) => waitFor(chat, fits, timeoutMs),
    watch: (listener) =>
      rooms.watch(({ kind, message }) => listener({ kind, chatId: message.chat.chatId, message: shown(message) })),
    frames: () => parts.log.list(),
    clearFrames: () => parts.log.clear(),
    callbacks: () => parts.callbacks.list(),
    connections: (bot) => connections.view(bot === undefined ? undefined : botOf(bot).botId),

    inject: (fault) => faults.inject(fault),
    removeFault: (id) => faults.remove(id),
    clearFaults: () => faults.clear(),
    redeliver: (msgId) => parts.callbacks.redeliver(msgId),
    kick: (bot, { stays = true, closeAfterMs = parts.settings.closeAfterKickMs } = {}) =>
      subscriptions.takeElsewhere(botOf(bot), { stays, closeAfterMs }),
    rotateSecret(bot, secret) {
      botOf(bot).secret = secret;
    },
    expireStreams: () => parts.streams.expire(),
    dropConnections: ({ mode = "close", closeCode = 1000, bot } = {}) =>
      connections.drop(mode, closeCode, bot === undefined ? undefined : botOf(bot).botId),
    advance: (ms) => clock.advance(ms),
  };
}

function botHandle({ botId, name }: Bot): BotHandle {
  return { botId, name };
}

function chatHandle(chat: Chat): ChatHandle {
  const { chatId, name, type } = chat;
  return { chatId, name, type, ...(chat.type === "single" ? { botId: chat.bot.botId } : {}) };
}
