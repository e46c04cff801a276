import { emulatorErrors } from "./errors.ts";
import type { Actor, Bot, User } from "./state/actors.ts";
import { messageIn, type Chat, type ChatType, type Message } from "./state/chat.ts";
import type { World } from "./state/world.ts";

export interface BotHandle {
  readonly botId: number;
  readonly username: string;
  readonly name: string;
  readonly token: string;
}

export interface UserHandle {
  readonly userId: number;
  readonly name: string;
  readonly username: string | undefined;
}

export interface ChatHandle {
  readonly chatId: number;
  readonly name: string;
  readonly type: ChatType;
  /** Whose private chat it is: the same person has one with every bot, all with the same id. */
  readonly botId?: number;
}

/** Names, usernames and ids do as well as handles; bots by their token, too. */
export type BotRef = string | number | Pick<BotHandle, "botId">;
export type UserRef = string | number | Pick<UserHandle, "userId">;
export type ChatRef = string | number | Pick<ChatHandle, "chatId" | "botId">;

/** Finds what a test names. Everything throws TELEGRAM_EMULATOR_NOT_FOUND when there is none. */
export interface Finder {
  bot(ref: BotRef): Bot;
  /** A name nobody has yet makes a new person. */
  user(ref: UserRef): User;
  actor(ref: UserRef | BotRef): Actor;
  chat(ref: ChatRef): Chat;
  message(chat: Chat, messageId: number): Message;
}

export function createFinder({ actors, chats }: Pick<World, "actors" | "chats">): Finder {
  const botOf = (ref: BotRef): Bot => {
    const bot = actors.findBot(typeof ref === "object" ? ref.botId : ref);
    if (bot === undefined) throw emulatorErrors.TELEGRAM_EMULATOR_NOT_FOUND(["bot", nameless(ref)]);
    return bot;
  };
  const userOf = (ref: UserRef): User => {
    const user = actors.findUser(typeof ref === "object" ? ref.userId : ref);
    if (user !== undefined) return user;
    if (typeof ref !== "string") throw emulatorErrors.TELEGRAM_EMULATOR_NOT_FOUND(["user", nameless(ref)]);
    return actors.user(ref);
  };
  const actorOf = (ref: UserRef | BotRef): Actor => {
    if (typeof ref === "object") return "botId" in ref ? botOf(ref) : userOf(ref);
    return actors.findBot(ref) ?? userOf(ref);
  };
  const chatOf = (ref: ChatRef): Chat => (typeof ref === "object" ? chats.get(ref.chatId, ref.botId) : chats.get(ref));
  const messageOf = (chat: Chat, messageId: number): Message => {
    const message = messageIn(chat, messageId);
    if (message === undefined) throw emulatorErrors.TELEGRAM_EMULATOR_NOT_FOUND(["message", String(messageId)]);
    return message;
  };

  return { bot: botOf, user: userOf, actor: actorOf, chat: chatOf, message: messageOf };
}

function nameless(ref: BotRef | UserRef): string {
  return typeof ref === "object" ? String(Object.values(ref)[0]) : String(ref).replace(/:.*/, ":***");
}

export function botHandle({ id, username, name, token }: Bot): BotHandle {
  return { botId: id, username, name, token };
}

export function userHandle({ id, name, username }: User): UserHandle {
  return { userId: id, name, username };
}

export function chatHandle({ id, name, type, peers }: Chat): ChatHandle {
  return { chatId: id, name, type, ...(peers === undefined ? {} : { botId: peers.bot.id }) };
}
