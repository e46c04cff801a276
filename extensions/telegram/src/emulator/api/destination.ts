import { isRecord, numberAt, stringAt, type JsonRecord } from "@loong/emulator-kit";
import type { Bot } from "../state/actors.ts";
import { isIn, messageIn, type Chat, type Message } from "../state/chat.ts";
import type { World } from "../state/world.ts";
import type { Call } from "./call.ts";
import { badRequest, forbidden, type Refusal } from "./refusal.ts";

export type Access = "read" | "write";

const GENERAL_TOPIC_ID = 1;

/** The chat a call is about. @throws Refusal when there is none, or the bot may not go there. */
export function chatOf({ bot, params }: Call, world: World, access: Access = "write", field = "chat_id"): Chat {
  const ref = params.text(field);
  if (ref === "") throw badRequest(`${field} is empty`);
  const chat = world.chats.seenBy(bot, ref);
  if (chat === undefined)
    throw isAcquainted(bot, ref, world)
      ? forbidden("bot can't initiate conversation with a user")
      : badRequest("chat not found");
  const refusal = access === "write" ? noWriting(chat, bot) : noReading(chat, bot);
  if (refusal !== undefined) throw refusal;
  return chat;
}

/** A bot knows people from the groups they share, but may not write to them first. */
function isAcquainted(bot: Bot, ref: string, { actors, chats }: World): boolean {
  const user = actors.findUser(Number(ref));
  return user !== undefined && chats.all().some((chat) => isIn(chat, bot) && isIn(chat, user));
}

function noWriting(chat: Chat, bot: Bot): Refusal | undefined {
  if (chat.blocked) return forbidden("bot was blocked by the user");
  if (chat.migratedTo !== undefined)
    return badRequest("group chat was upgraded to a supergroup chat", { migrate_to_chat_id: chat.migratedTo.id });
  return noReading(chat, bot);
}

function noReading(chat: Chat, bot: Bot): Refusal | undefined {
  if (chat.type === "private" || isIn(chat, bot)) return undefined;
  const wasKicked = chat.members.get(bot.id)?.status === "kicked";
  return forbidden(`bot ${wasKicked ? "was kicked from" : "is not a member of"} the ${chat.type} chat`);
}

/** The topic a message goes to; groups without topics ignore it. @throws Refusal */
export function threadOf({ bot, params }: Call, chat: Chat): number | undefined {
  const threadId = params.integer("message_thread_id", 0);
  if (threadId === 0) return undefined;
  if (chat.type === "private" ? false : !chat.isForum) return undefined;
  const topic = chat.topics.get(threadId);
  if (topic === undefined || threadId === GENERAL_TOPIC_ID || (chat.type === "private" && !bot.privateTopics))
    throw badRequest("message thread not found");
  if (topic.closed) throw badRequest("TOPIC_CLOSED");
  return threadId;
}

/** The message a call is about, `message to edit` for instance. @throws Refusal */
export function messageOf({ params }: Call, chat: Chat, what: string, field = "message_id"): Message {
  const messageId = params.integer(field, 0);
  if (messageId <= 0) throw badRequest("message identifier is not specified");
  const message = messageIn(chat, messageId);
  if (message === undefined) throw badRequest(`${what} not found`);
  return message;
}

export interface ReplyTarget {
  readonly message: Message;
  readonly quote: string | undefined;
}

/** `reply_parameters`, or the older `reply_to_message_id`. @throws Refusal */
export function replyOf({ params }: Call, chat: Chat): ReplyTarget | undefined {
  const given = params.json("reply_parameters", "reply parameters");
  if (given !== undefined && !isRecord(given)) throw badRequest("Object expected as reply parameters");
  const messageId = given === undefined ? params.integer("reply_to_message_id", 0) : Number(given["message_id"] ?? 0);
  if (messageId === 0) return undefined;
  const message = messageIn(chat, messageId);
  if (message !== undefined) return { message, quote: quoteOf(given, message) };
  const isLenient = given?.["allow_sending_without_reply"] === true || params.flag("allow_sending_without_reply");
  if (isLenient) return undefined;
  throw badRequest("message to be replied not found");
}

function quoteOf(given: JsonRecord | undefined, { content }: Message): string | undefined {
  const quote = stringAt(given, "quote");
  if (quote === undefined || quote === "") return undefined;
  const position = numberAt(given, "quote_position") ?? 0;
  if (content.text.indexOf(quote, Math.max(0, position - quote.length)) < 0 && !content.text.includes(quote))
    throw badRequest("QUOTE_TEXT_INVALID");
  return quote;
}
