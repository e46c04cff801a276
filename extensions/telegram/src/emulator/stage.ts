import { hasButton } from "./api/reply-markup.ts";
import type { LoggedRequest } from "./api/request-log.ts";
import { webhookInfo, type WebhookInfo } from "./api/methods/updates.ts";
import { emulatorErrors } from "./errors.ts";
import {
  botHandle,
  chatHandle,
  createFinder,
  userHandle,
  type BotHandle,
  type BotRef,
  type ChatHandle,
  type ChatRef,
  type UserHandle,
  type UserRef,
} from "./handles.ts";
import type { Fault } from "./faults.ts";
import { firstUpdateId } from "./ids.ts";
import type { BotOptions } from "./options.ts";
import type { Parts } from "./parts.ts";
import { spoken, type Saying } from "./saying.ts";
import { type RoomChange } from "./state/chats.ts";
import type { PressAnswer } from "./state/callbacks.ts";
import { shown, shownDraft, transcript, type ShownDraft, type ShownMessage } from "./state/transcript.ts";
import { createMembership } from "./membership.ts";
import type { DropMode } from "./connections.ts";
import type { UpdateIds } from "./updates/notices.ts";

export interface SayOptions {
  /** People and bots who are mentioned. */
  readonly mentions?: readonly (UserRef | BotRef)[];
  readonly replyTo?: number;
  readonly threadId?: number;
}

export interface Said {
  readonly messageId: number;
  /** By bot id; bots that were not told are absent. */
  readonly updateIds: UpdateIds;
  /** The update of the first bot that was told; 0 when none was. */
  readonly updateId: number;
}

export interface UpdateSeen {
  readonly updateId: number;
  readonly type: string;
  readonly confirmed: boolean;
  readonly state: "pending" | "confirmed" | "dropped" | "expired";
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface GroupOptions {
  readonly chatId?: number;
  /** `supergroup` when absent. */
  readonly type?: "group" | "supergroup" | "channel";
  readonly forum?: boolean;
  readonly username?: string;
}

export interface Change {
  readonly kind: RoomChange["kind"];
  readonly chatId: number;
  readonly message: ShownMessage;
}

/** What can be done to a running platform, beside what its bots do over the network. */
export interface Stage {
  bot(ref: BotRef): BotHandle;
  addBot(options: BotOptions): BotHandle;
  /** The user of that name; made on first use. */
  user(name: string, options?: { readonly id?: number; readonly username?: string }): UserHandle;
  directChat(user: UserRef, bot: BotRef): ChatHandle;
  group(name: string, members: readonly UserRef[], bots: readonly BotRef[], options?: GroupOptions): ChatHandle;
  /** A topic of a forum, or of a private chat with a bot that has `privateTopics`. */
  topic(chat: ChatRef, name: string): { readonly threadId: number };
  chats(): readonly ChatHandle[];

  say(chat: ChatRef, user: UserRef, saying: Saying, options?: SayOptions): Said;
  edit(chat: ChatRef, messageId: number, text: string): UpdateIds;
  /** Takes a message away; the platform tells bots nothing. */
  remove(chat: ChatRef, messageId: number): void;
  /** Without an emoji the reaction is taken back. */
  react(user: UserRef, chat: ChatRef, messageId: number, emoji?: string): UpdateIds;
  /** Presses a button. Resolves once the bot answered, or with `answered: false` when the query is too old. */
  press(user: UserRef, chat: ChatRef, messageId: number, callbackData: string): Promise<PressAnswer>;
  join(chat: ChatRef, who: UserRef | BotRef): UpdateIds;
  leave(chat: ChatRef, who: UserRef | BotRef): UpdateIds;
  kick(chat: ChatRef, who: UserRef | BotRef): UpdateIds;
  promote(chat: ChatRef, who: UserRef | BotRef): UpdateIds;
  block(user: UserRef, bot: BotRef): UpdateIds;
  unblock(user: UserRef, bot: BotRef): UpdateIds;
  /** A basic group becomes a supergroup with an id of its own. */
  migrate(chat: ChatRef): ChatHandle;
  /** The person presses "Stop" under a draft that may be stopped. */
  stopDraft(chat: ChatRef): UpdateIds;

  /** What the people in a chat see, oldest first. */
  shows(chat: ChatRef): ShownMessage[];
  /** The first message of a chat that fits, now or later. @throws TELEGRAM_EMULATOR_TIMEOUT */
  waitFor(
    chat: ChatRef,
    fits: (message: ShownMessage) => boolean,
    options?: { readonly timeoutMs?: number },
  ): Promise<ShownMessage>;
  /** Calls `listener` after each change in any chat until the returned function is called. */
  watch(listener: (change: Change) => void): () => void;
  /** The draft that can be seen now. */
  draft(chat: ChatRef): ShownDraft | undefined;
  /** Every draft there was, with every text it showed. */
  drafts(chat: ChatRef): readonly ShownDraft[];
  /** What bots asked for, tokens masked. */
  requests(): LoggedRequest[];
  clearRequests(): void;
  updates(bot: BotRef): readonly UpdateSeen[];
  webhookInfo(bot: BotRef): WebhookInfo;
  /** Is a long poll of this bot waiting? */
  isPolling(bot: BotRef): boolean;

  inject(fault: Fault): string;
  removeFault(id: string): void;
  clearFaults(): void;
  /** Gives an update out once more, confirmed or not. */
  redeliver(updateId: number, bot?: BotRef): void;
  /** The old token is worthless from now on; a poll that waits with it ends with 401. */
  rotateToken(bot: BotRef, token: string): BotHandle;
  /** Counts updates from another random number on, or from `first`, as after a quiet week. */
  restartUpdateIds(bot: BotRef, first?: number): void;
  /**
   * Another process polls as this bot: the open long poll, or the next one, ends with 409. With `everyMs` it comes
   * again and again until the returned function is called.
   */
  secondPoller(bot: BotRef, options?: { readonly everyMs?: number }): () => void;
  /** Links of downloads stop working; `getFile` makes new ones. */
  expireFileLinks(): void;
  /** @returns how many connections were dropped. */
  dropConnections(options?: { readonly mode?: DropMode }): number;
  /** Moves the platform's time forward: timeouts of polls, retries, expiry of updates, links and drafts. */
  advance(ms: number): void;
}

const WAIT_MS = 10_000;

export function createStage(parts: Parts, dropConnections: (mode: DropMode) => number): Stage {
  const { world, notices, queueOf, polls, faults, clock } = parts;
  const { actors, chats, drafts, callbacks, files } = world;
  const membership = createMembership(world, notices);

  const { bot: botOf, user: userOf, actor: actorOf, chat: chatOf, message: messageOf } = createFinder(world);

  function say(ref: ChatRef, user: UserRef, saying: Saying, options: SayOptions = {}): Said {
    const chat = chatOf(ref);
    const { threadId } = options;
    if (threadId !== undefined && !chat.topics.has(threadId))
      throw emulatorErrors.TELEGRAM_EMULATOR_NOT_FOUND(["topic", String(threadId)]);
    const replyTo = options.replyTo === undefined ? undefined : messageOf(chat, options.replyTo);
    const message = chats.post({
      chat,
      from: userOf(user),
      content: spoken(saying, (options.mentions ?? []).map(actorOf), files),
      threadId,
      replyTo,
    });
    const updateIds = notices.posted(message);
    return { messageId: message.messageId, updateIds, updateId: Object.values(updateIds)[0] ?? 0 };
  }

  function edit(ref: ChatRef, messageId: number, text: string): UpdateIds {
    const message = messageOf(chatOf(ref), messageId);
    const { content, replyMarkup } = message;
    const { text: words, entities } = spoken(text, [], files);
    chats.edit(message, { content: { ...content, text: words, entities }, replyMarkup });
    return notices.edited(message);
  }

  function react(user: UserRef, ref: ChatRef, messageId: number, emoji?: string): UpdateIds {
    const message = messageOf(chatOf(ref), messageId);
    const by = userOf(user);
    const before = message.reactions.get(by.id) ?? [];
    chats.react(message, by, emoji === undefined ? [] : [{ type: "emoji", emoji }]);
    return notices.reacted(message, by, before);
  }

  async function press(user: UserRef, ref: ChatRef, messageId: number, data: string): Promise<PressAnswer> {
    const message = messageOf(chatOf(ref), messageId);
    if (message.from.kind !== "bot" || !hasButton(message.replyMarkup, data))
      throw emulatorErrors.TELEGRAM_EMULATOR_NOT_FOUND(["button", data]);
    const { id, answer } = callbacks.open(message.from);
    notices.pressed(message.from, userOf(user), message, id, data);
    return answer;
  }

  function waitFor(ref: ChatRef, fits: (message: ShownMessage) => boolean, timeoutMs: number): Promise<ShownMessage> {
    const chat = chatOf(ref);
    const already = transcript(chat).find(fits);
    if (already !== undefined) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const stop = chats.watch(({ message }) => {
        if (message.chat !== chat || !fits(shown(message))) return;
        clearTimeout(timer);
        stop();
        resolve(shown(message));
      });
      const timer = setTimeout(() => {
        stop();
        reject(emulatorErrors.TELEGRAM_EMULATOR_TIMEOUT([`a message in "${chat.name}"`, timeoutMs]));
      }, timeoutMs);
    });
  }

  function redeliver(updateId: number, ref?: BotRef): void {
    const bots = ref === undefined ? actors.bots() : [botOf(ref)];
    if (!bots.map((bot) => queueOf(bot).redeliver(updateId)).includes(true))
      throw emulatorErrors.TELEGRAM_EMULATOR_NOT_FOUND(["update", String(updateId)]);
  }

  function secondPoller(ref: BotRef, everyMs: number | undefined): () => void {
    const bot = botOf(ref);
    polls.intrude(bot);
    if (everyMs === undefined) return () => {};
    let timer = clock.setTimer(everyMs, again);
    function again(): void {
      polls.intrude(bot);
      timer = clock.setTimer(everyMs ?? 0, again);
    }
    return () => timer.cancel();
  }

  return {
    bot: (ref) => botHandle(botOf(ref)),
    addBot: (options) => botHandle(actors.addBot(options)),
    user: (name, options) => userHandle(actors.user(name, options)),
    directChat: (user, bot) => chatHandle(chats.direct(userOf(user), botOf(bot))),
    group(name, members, bots, { type = "supergroup", forum = false, chatId, username } = {}) {
      const everybody = [...members.map(userOf), ...bots.map(botOf)];
      return chatHandle(chats.group({ name, type, members: everybody, id: chatId, isForum: forum, username }));
    },
    topic(ref, name) {
      const chat = chatOf(ref);
      const [first] = chat.members.values();
      if (first === undefined) throw emulatorErrors.TELEGRAM_EMULATOR_NOT_FOUND(["member of", chat.name]);
      return { threadId: membership.openTopic(chat, first.actor, name).threadId };
    },
    chats: () => chats.all().map(chatHandle),

    say,
    edit,
    remove: (chat, messageId) => chats.remove(messageOf(chatOf(chat), messageId)),
    react,
    press,
    join: (chat, who) => membership.join(chatOf(chat), actorOf(who)),
    leave: (chat, who) => membership.leave(chatOf(chat), actorOf(who), "left"),
    kick: (chat, who) => membership.leave(chatOf(chat), actorOf(who), "kicked"),
    promote: (chat, who) => membership.become(chatOf(chat), actorOf(who), "administrator"),
    block: (user, bot) => membership.setBlocked(chats.direct(userOf(user), botOf(bot)), true),
    unblock: (user, bot) => membership.setBlocked(chats.direct(userOf(user), botOf(bot)), false),
    migrate: (chat) => chatHandle(membership.migrate(chatOf(chat))),
    stopDraft(ref) {
      const chat = chatOf(ref);
      const draft = drafts.visible(chat);
      if (draft?.canStop !== true)
        throw emulatorErrors.TELEGRAM_EMULATOR_NOT_FOUND(["draft that may be stopped in", chat.name]);
      drafts.end(chat, draft.threadId, "stopped");
      return notices.draftStopped(chat, draft.draftId, draft.threadId);
    },

    shows: (chat) => transcript(chatOf(chat)),
    waitFor: (chat, fits, { timeoutMs = WAIT_MS } = {}) => waitFor(chat, fits, timeoutMs),
    watch: (listener) =>
      chats.watch(({ kind, message }) => listener({ kind, chatId: message.chat.id, message: shown(message) })),
    draft(chat) {
      const draft = drafts.visible(chatOf(chat));
      return draft === undefined ? undefined : shownDraft(draft);
    },
    drafts: (chat) => drafts.all(chatOf(chat)).map(shownDraft),
    requests: () => parts.log.list(),
    clearRequests: () => parts.log.clear(),
    updates: (bot) =>
      queueOf(botOf(bot))
        .list()
        .map(({ updateId, type, state, payload }) => ({
          updateId,
          type,
          state,
          payload,
          confirmed: state === "confirmed",
        })),
    webhookInfo: (bot) => webhookInfo(parts, botOf(bot)),
    isPolling: (bot) => polls.isOpen(botOf(bot)),

    inject: (fault) => faults.inject(fault),
    removeFault: (id) => faults.remove(id),
    clearFaults: () => faults.clear(),
    redeliver,
    rotateToken(ref, token) {
      const bot = botOf(ref);
      bot.token = token;
      polls.revoke(bot);
      return botHandle(bot);
    },
    restartUpdateIds: (bot, first = firstUpdateId()) => queueOf(botOf(bot)).restartIds(first),
    secondPoller: (bot, { everyMs } = {}) => secondPoller(bot, everyMs),
    expireFileLinks: () => files.expireLinks(),
    dropConnections: ({ mode = "close" } = {}) => dropConnections(mode),
    advance: (ms) => clock.advance(ms),
  };
}
