import type { CustomBotOptions } from "./api/custom-bot.ts";
import type { LoggedRequest } from "./api/request-log.ts";
import { clickCard, type ClickResult } from "./card-clicks.ts";
import type { Parts } from "./parts.ts";
import { emulatorErrors } from "./errors.ts";
import type { Delivery, PublishOptions } from "./events/deliveries.ts";
import type { ConnectionView, DropMode } from "./events/long-connection.ts";
import type { CardClick, MessageTwist } from "./events/payloads.ts";
import type { UrlCheck } from "./events/webhook-pusher.ts";
import type { Fault } from "./faults.ts";
import type { AppOptions } from "./options.ts";
import { spokenWords, toActor, type Saying } from "./saying.ts";
import type { App } from "./state/apps.ts";
import type { CardView } from "./state/card-entities.ts";
import type { User } from "./state/people.ts";
import type { Chat, ChatMode, Message, RoomChange } from "./state/rooms.ts";
import { shown, transcript, type CardReader, type ShownMessage } from "./state/transcript.ts";

export interface AppHandle {
  readonly appId: string;
  readonly botName: string;
  /** The bot as it knows itself. */
  readonly botOpenId: string;
  readonly webhookUrl: string | undefined;
}

export interface UserHandle {
  readonly name: string;
  /** As the first app sees this person. */
  readonly openId: string;
  /** By app id: every app sees another one. */
  readonly openIds: Readonly<Record<string, string>>;
  readonly unionId: string;
  readonly userId: string;
  readonly email: string;
}

export interface ChatHandle {
  readonly chatId: string;
  readonly name: string;
  readonly mode: ChatMode;
}

/** Names and ids do as well as handles. */
export type AppRef = string | Pick<AppHandle, "appId">;
export type UserRef = string | Pick<UserHandle, "unionId">;
export type ChatRef = string | Pick<ChatHandle, "chatId">;

export interface SayOptions {
  /** Puts the message into the thread of this one, opening it if need be. */
  readonly threadOf?: string;
  readonly replyTo?: string;
  /** People and bots (by app id) who are mentioned. `@name` in the text says where; `@all` mentions everybody. */
  readonly mentions?: readonly (UserRef | AppRef)[];
  /** When it was sent, in milliseconds since 1970; now when absent. */
  readonly createdAtMs?: number;
  readonly twist?: MessageTwist;
}

export interface Said {
  readonly messageId: string;
  /** The event of the first app that was told; empty when none was. */
  readonly eventId: string;
  readonly eventIds: Readonly<Record<string, string>>;
  readonly threadId: string | undefined;
}

/** What can be done to a running platform, beside what its apps do over the network. */
export interface Stage {
  app(appId: string): AppHandle;
  addApp(options: AppOptions): AppHandle;
  /** The user of that name; made on first use. `openId`: as the first app shall know them. */
  user(name: string, options?: { readonly openId?: string }): UserHandle;
  /** Takes a person out of an app's availability range, or back in. */
  setAvailable(user: UserRef, app: AppRef, available: boolean): void;
  directChat(user: UserRef, app: AppRef): ChatHandle;
  group(
    name: string,
    members: readonly UserRef[],
    apps: readonly AppRef[],
    options?: { readonly topics?: boolean; readonly chatId?: string },
  ): ChatHandle;
  chats(): readonly ChatHandle[];

  /** Somebody says something: a user, or a bot by its app id. */
  say(chat: ChatRef, speaker: UserRef | AppRef, saying: Saying, options?: SayOptions): Said;
  recall(messageId: string): void;
  react(user: UserRef, messageId: string, emoji: string): string;
  unreact(messageId: string, reactionId: string): void;
  read(chat: ChatRef, user: UserRef, messageIds: readonly string[]): void;
  enterChat(chat: ChatRef, user: UserRef): void;
  addBot(chat: ChatRef, app: AppRef, operator: UserRef): void;
  removeBot(chat: ChatRef, app: AppRef, operator: UserRef): void;
  disband(chat: ChatRef): void;
  clickCard(user: UserRef, messageId: string, click: CardClick): Promise<ClickResult>;
  /** Sends any event to an app; what is in it is up to you. */
  emit(app: AppRef, type: string, event: object, options?: PublishOptions): string | undefined;

  /** What the people in a chat see, oldest first. */
  shows(chat: ChatRef): ShownMessage[];
  /** The first message of a chat that fits, now or later. @throws FEISHU_EMULATOR_TIMEOUT */
  waitFor(
    chat: ChatRef,
    fits: (message: ShownMessage) => boolean,
    options?: { readonly timeoutMs?: number },
  ): Promise<ShownMessage>;
  /** Calls `listener` after each change in any chat until the returned function is called. */
  watch(
    listener: (change: {
      readonly kind: RoomChange["kind"];
      readonly chatId: string;
      readonly message: ShownMessage;
    }) => void,
  ): () => void;
  /** Cards of CardKit, with everything that was done to them. */
  cards(): readonly CardView[];
  /** What apps asked for, secrets masked. */
  requests(): LoggedRequest[];
  clearRequests(): void;
  /** Every event, with its attempts, how they ended and how long the acknowledgement took. */
  deliveries(): readonly Delivery[];
  connections(app?: AppRef): readonly ConnectionView[];

  inject(fault: Fault): string;
  removeFault(id: string): void;
  clearFaults(): void;
  redeliver(eventId: string, options?: { readonly newEventId?: string }): string;
  /** @returns how many were dropped. */
  dropConnections(options?: { readonly mode?: DropMode; readonly app?: AppRef }): number;
  /** Sends the app's events to this address from now on; `undefined` goes back to the long connection. */
  pushTo(app: AppRef, webhookUrl: string | undefined): void;
  /** Asks the app's address to return a challenge. @throws FEISHU_EMULATOR_NO_WEBHOOK */
  verifyUrl(app: AppRef): Promise<UrlCheck>;
  expireTokens(app: AppRef): void;
  /** The old secret and every token of it are worthless from now on. */
  rotateSecret(app: AppRef, secret: string): void;
  /** A robot that only posts into one group. @returns the address of its hook. */
  customBot(chat: ChatRef, options?: CustomBotOptions): string;
  /** Moves the platform's time forward: redeliveries, expiry of tokens, keys and cards. */
  advance(ms: number): void;
}

const WAIT_MS = 10_000;

export function createStage(parts: Parts, url: string): Stage {
  const { world, deliveries, notices, faults, clock } = parts;
  const { apps, people, rooms, blobs } = world;

  const appOf = (ref: AppRef): App => apps.get(typeof ref === "string" ? ref : ref.appId);
  const userOf = (ref: UserRef): User => people.get(typeof ref === "string" ? ref : ref.unionId);
  const chatOf = (ref: ChatRef): Chat => rooms.get(typeof ref === "string" ? ref : ref.chatId);
  const speakerOf = (ref: UserRef | AppRef): User | App => {
    if (typeof ref !== "string") return "appId" in ref ? appOf(ref) : userOf(ref);
    return apps.find(ref) ?? userOf(ref);
  };
  const messageOf = (messageId: string): Message => {
    const message = rooms.message(messageId);
    if (message === undefined) throw emulatorErrors.FEISHU_EMULATOR_NOT_FOUND(["message", messageId]);
    return message;
  };
  const cardOf: CardReader = (content) => parts.cards.read(content);
  const show = (message: Message): ShownMessage => shown(message, cardOf);

  function userHandle(user: User): UserHandle {
    const { name, unionId, userId, email } = user;
    const ids = apps.all().map(({ appId }) => [appId, people.openId(appId, { kind: "user", user })] as const);
    return { name, openId: ids[0]?.[1] ?? "", openIds: Object.fromEntries(ids), unionId, userId, email };
  }

  function say(chatRef: ChatRef, speaker: UserRef | AppRef, saying: Saying, options: SayOptions = {}): Said {
    const target = options.threadOf ?? options.replyTo;
    const words = spokenWords(saying, (options.mentions ?? []).map(speakerOf), blobs);
    const message = rooms.post({
      chat: chatOf(chatRef),
      sender: toActor(speakerOf(speaker)),
      ...words,
      sent: words.content,
      ...(target === undefined ? {} : { replyTo: messageOf(target), inThread: options.threadOf !== undefined }),
      ...(options.createdAtMs === undefined ? {} : { createdAtMs: options.createdAtMs }),
    });
    postChildren(message, saying);
    const eventIds = notices.posted(message, options.twist);
    return {
      messageId: message.messageId,
      eventId: Object.values(eventIds)[0] ?? "",
      eventIds,
      threadId: message.threadId,
    };
  }

  function postChildren({ chat, sender, messageId }: Message, saying: Saying): void {
    for (const child of typeof saying === "string" ? [] : (saying.children ?? [])) {
      const words = spokenWords(child, [], blobs);
      rooms.post({ chat, sender, ...words, sent: words.content, upperMessageId: messageId });
    }
  }

  function waitFor(ref: ChatRef, fits: (message: ShownMessage) => boolean, timeoutMs: number): Promise<ShownMessage> {
    const chat = chatOf(ref);
    const already = transcript(chat, cardOf).find(fits);
    if (already !== undefined) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const stop = rooms.watch(({ message }) => {
        if (message.chat !== chat || message.upperMessageId !== undefined || !fits(show(message))) return;
        clearTimeout(timer);
        stop();
        resolve(show(message));
      });
      const timer = setTimeout(() => {
        stop();
        reject(emulatorErrors.FEISHU_EMULATOR_TIMEOUT([`a message in "${chat.name}"`, timeoutMs]));
      }, timeoutMs);
    });
  }

  return {
    app: (appId) => appHandle(apps.get(appId)),
    addApp: (options) => appHandle(apps.add(options)),
    user(name, { openId } = {}) {
      const user = people.named(name);
      const [app] = apps.all();
      if (openId !== undefined && app !== undefined) people.assignOpenId(app.appId, user, openId);
      return userHandle(user);
    },
    setAvailable(user, app, available) {
      const { unavailableTo } = userOf(user);
      if (available) unavailableTo.delete(appOf(app).appId);
      else unavailableTo.add(appOf(app).appId);
    },
    directChat: (user, app) => chatHandle(rooms.directChat(userOf(user), appOf(app))),
    group: (name, members, bots, { topics = false, chatId } = {}) =>
      chatHandle(rooms.group(name, members.map(userOf), bots.map(appOf), topics ? "topic" : "group", chatId)),
    chats: () => rooms.all().map(chatHandle),

    say,
    recall(messageId) {
      const message = messageOf(messageId);
      rooms.recall(message);
      notices.recalled(message);
    },
    react(user, messageId, emoji) {
      const message = messageOf(messageId);
      const reaction = rooms.react(message, emoji, toActor(userOf(user)));
      notices.reacted(message, reaction, "created");
      return reaction.reactionId;
    },
    unreact(messageId, reactionId) {
      const message = messageOf(messageId);
      const reaction = rooms.unreact(message, reactionId);
      if (reaction === undefined) throw emulatorErrors.FEISHU_EMULATOR_NOT_FOUND(["reaction", reactionId]);
      notices.reacted(message, reaction, "deleted");
    },
    read: (chat, user, messageIds) => void notices.read(chatOf(chat), userOf(user), messageIds),
    enterChat: (chat, user) => void notices.entered(chatOf(chat), userOf(user)),
    addBot(chat, app, operator) {
      chatOf(chat).apps.add(appOf(app));
      notices.bot(chatOf(chat), appOf(app), userOf(operator), "added");
    },
    removeBot(chat, app, operator) {
      chatOf(chat).apps.delete(appOf(app));
      notices.bot(chatOf(chat), appOf(app), userOf(operator), "deleted");
    },
    disband(chat) {
      chatOf(chat).disbanded = true;
    },
    clickCard(user, messageId, click) {
      const message = messageOf(messageId);
      if (message.sender.kind === "user") throw emulatorErrors.FEISHU_EMULATOR_NOT_FOUND(["card of an app", messageId]);
      const target = { message, app: message.sender.app, user: userOf(user), click };
      return clickCard({ world, deliveries, tokens: parts.cardTokens }, target);
    },
    emit: (app, type, event, options) => deliveries.publish(appOf(app), type, event, options),

    shows: (chat) => transcript(chatOf(chat), cardOf),
    waitFor: (chat, fits, { timeoutMs = WAIT_MS } = {}) => waitFor(chat, fits, timeoutMs),
    watch: (listener) =>
      rooms.watch(({ kind, message }) => listener({ kind, chatId: message.chat.chatId, message: show(message) })),
    cards: () => parts.cards.list(),
    requests: () => parts.log.list(),
    clearRequests: () => parts.log.clear(),
    deliveries: () => deliveries.list(),
    connections: (app) => parts.longConnection.list(app === undefined ? undefined : appOf(app).appId),

    inject: (fault) => faults.inject(fault),
    removeFault: (id) => faults.remove(id),
    clearFaults: () => faults.clear(),
    redeliver: (eventId, options) => deliveries.redeliver(eventId, options),
    dropConnections: ({ mode = "close", app } = {}) =>
      parts.longConnection.drop(mode, app === undefined ? undefined : appOf(app).appId),
    pushTo(app, webhookUrl) {
      appOf(app).webhookUrl = webhookUrl;
    },
    async verifyUrl(ref) {
      const app = appOf(ref);
      if (app.webhookUrl === undefined) throw emulatorErrors.FEISHU_EMULATOR_NO_WEBHOOK([app.appId]);
      return parts.pusher.verifyUrl(app, app.webhookUrl);
    },
    expireTokens: (app) => parts.tokens.expire(appOf(app).appId),
    rotateSecret(app, secret) {
      appOf(app).secret = secret;
      parts.tokens.expire(appOf(app).appId);
    },
    customBot: (chat, options = {}) => `${url}/open-apis/bot/v2/hook/${parts.customBots.add(chatOf(chat), options)}`,
    advance: (ms) => clock.advance(ms),
  };
}

function appHandle({ appId, botName, botOpenId, webhookUrl }: App): AppHandle {
  return { appId, botName, botOpenId, webhookUrl };
}

function chatHandle({ chatId, name, mode }: Chat): ChatHandle {
  return { chatId, name, mode };
}
