import type { ConversationRef, InboundEvent, JsonValue } from "@loong/sdk";
import type { Push } from "../link/frame.ts";
import { type JsonObject, listAt, numberOf, objectAt, textAt } from "../link/json.ts";
import { readContent, withQuote } from "./content.ts";
import { withoutMention } from "./mention.ts";

/** What must be known beside the frame itself. */
export interface ParseFacts {
  readonly botName: string | undefined;
  readonly nowMs: number;
}

export type Parsed =
  /** Somebody spoke; `reqId` is what replies go under. */
  | { readonly kind: "message"; readonly event: InboundEvent; readonly reqId: string }
  | { readonly kind: "click"; readonly event: InboundEvent }
  /** A person opened the chat: a greeting may be sent under `reqId` within five seconds. */
  | { readonly kind: "entered"; readonly eventId: string; readonly reqId: string }
  | { readonly kind: "feedback"; readonly feedback: Feedback }
  | { readonly kind: "ignored"; readonly type: string; readonly reason: string };

export interface Feedback {
  /** The stream id of the answer. */
  readonly id: string;
  readonly opinion: string;
  readonly words: string;
}

/**
 * Turns one frame into what it means for us, or says why there is nothing to answer. Pure.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101463 (read 2026-05)
 */
export function parse({ cmd, reqId, body }: Push, facts: ParseFacts): Parsed {
  switch (cmd) {
    case "aibot_msg_callback":
      return parseMessage(body, reqId, facts);
    case "aibot_event_callback":
      return parseEvent(body, reqId, facts);
    default:
      return { kind: "ignored", type: cmd, reason: "nothing to answer" };
  }
}

function parseMessage(body: JsonObject, reqId: string, { botName, nowMs }: ParseFacts): Parsed {
  const messageId = textAt(body, "msgid");
  const senderId = textAt(objectAt(body, "from"), "userid");
  const conversation = conversationOf(body, senderId);
  if (messageId === "" || senderId === "" || conversation === undefined) return ignored(body, "ids missing");
  const said = readContent(body);
  const text = conversation.type === "group" ? withoutMention(said.text, botName) : said.text.trim();
  const content = withQuote({ ...said, text }, objectAt(body, "quote"));
  const isSelf = senderId === textAt(body, "aibotid");
  const event: InboundEvent = {
    eventId: messageId,
    messageId,
    kind: "message",
    conversation,
    sender: { id: senderId, ...(isSelf ? { isBot: true, isSelf: true } : {}) },
    text: content.text,
    // Groups only hand over what mentions the bot.
    addressed: true,
    ...(content.attachments.length === 0 ? {} : { attachments: content.attachments }),
    sentAtMs: timeMs(body["create_time"]) ?? nowMs,
  };
  return { kind: "message", event, reqId };
}

function parseEvent(body: JsonObject, reqId: string, facts: ParseFacts): Parsed {
  const event = objectAt(body, "event");
  switch (textAt(event, "eventtype")) {
    case "template_card_event":
      return parseClick(body, objectAt(event, "template_card_event"), facts);
    case "enter_chat":
      return { kind: "entered", eventId: textAt(body, "msgid") || reqId, reqId };
    case "feedback_event":
      return { kind: "feedback", feedback: readFeedback(objectAt(event, "feedback_event")) };
    default:
      return ignored(body, "nothing to answer");
  }
}

/** Several clicks on one card are several events, so the event's own id also stands for the message. */
function parseClick(body: JsonObject, click: JsonObject, { nowMs }: ParseFacts): Parsed {
  const eventId = textAt(body, "msgid");
  const senderId = textAt(objectAt(body, "from"), "userid");
  const conversation = conversationOf(body, senderId);
  if (eventId === "" || senderId === "" || conversation === undefined) return ignored(body, "ids missing");
  const value = textAt(click, "event_key");
  const formValues = selections(click);
  const hasForm = Object.keys(formValues).length > 0;
  const action = { cardMessageId: textAt(click, "task_id"), value, ...(hasForm ? { formValues } : {}) };
  return {
    kind: "click",
    event: {
      eventId,
      messageId: eventId,
      kind: "action",
      conversation,
      sender: { id: senderId },
      text: `[card action: ${value}${hasForm ? ` ${JSON.stringify(formValues)}` : ""}]`,
      addressed: true,
      action,
      sentAtMs: timeMs(body["create_time"]) ?? nowMs,
    },
  };
}

/** What was chosen, by the question's key: always a list, since some questions take several. */
function selections(click: JsonObject): Readonly<Record<string, JsonValue>> {
  const items = listAt(objectAt(click, "selected_items"), "selected_item").map((item): [string, JsonValue] => [
    textAt(item, "question_key"),
    listAt(objectAt(item, "option_ids"), "option_id").filter((id) => typeof id === "string"),
  ]);
  return Object.fromEntries(items.filter(([key]) => key !== ""));
}

function readFeedback(feedback: JsonObject): Feedback {
  const opinions: Readonly<Record<string, string>> = { "1": "like", "2": "dislike", "3": "withdrawn" };
  const type = textAt(feedback, "type") || String(numberOf(feedback["type"]));
  return { id: textAt(feedback, "id"), opinion: opinions[type] ?? type, words: textAt(feedback, "content") };
}

/**
 * A conversation is the group's id, or the person's in private. Only what says so is private: absent and new kinds count as
 * groups.
 *
 * @see https://developer.work.weixin.qq.com/document/path/101027 (every event says its chattype; read 2025-11)
 */
function conversationOf(body: JsonObject, senderId: string): ConversationRef | undefined {
  const chatId = textAt(body, "chatid");
  const isDirect = textAt(body, "chattype") === "single";
  const id = isDirect ? senderId : chatId;
  return id === "" ? undefined : { id, type: isDirect ? "direct" : "group" };
}

function ignored(body: JsonObject, reason: string): Parsed {
  const type = textAt(objectAt(body, "event"), "eventtype") || textAt(body, "msgtype");
  return { kind: "ignored", type, reason };
}

/** Seconds since 1970 as the platform writes them; milliseconds are taken too. */
function timeMs(value: unknown): number | undefined {
  const time = numberOf(value);
  if (!Number.isFinite(time) || time <= 0) return undefined;
  return time < 1e11 ? Math.floor(time * 1_000) : Math.floor(time);
}
