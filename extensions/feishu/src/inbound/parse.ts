import type { CardAction, InboundEvent, JsonValue } from "@loong/sdk";
import { readContent } from "./content.ts";
import { type JsonObject, objectAt, parseJsonText, textAt } from "./json.ts";
import { readMentions, resolveMentions } from "./mentions.ts";

/** What must be known beside the event itself. */
export interface ParseFacts {
  readonly botOpenId: string;
  readonly nowMs: number;
  /** Whether this account is known to have sent the message. */
  isOwnMessage(messageId: string): boolean;
}

export type Parsed =
  | { readonly kind: "event"; readonly event: InboundEvent }
  /** A click says where, but not whether that is a private chat; `event` holds the stricter assumption. */
  | { readonly kind: "event of unknown chat"; readonly event: InboundEvent }
  | { readonly kind: "ignored"; readonly type: string; readonly reason: string };

/** The parts that both versions of the envelope have. */
export interface Envelope {
  readonly eventId: string;
  readonly type: string;
  readonly appId: string;
  readonly token: string;
  readonly createTime: string;
  readonly event: JsonObject;
}

/** @see https://open.feishu.cn/document/server-docs/event-subscription-guide/overview (read 2026-05) */
export function readEnvelope(body: JsonObject): Envelope {
  const event = objectAt(body, "event");
  if ("header" in body) {
    const header = objectAt(body, "header");
    return {
      eventId: textAt(header, "event_id"),
      type: textAt(header, "event_type"),
      appId: textAt(header, "app_id"),
      token: textAt(header, "token"),
      createTime: textAt(header, "create_time"),
      event,
    };
  }
  return {
    eventId: textAt(body, "uuid"),
    type: textAt(event, "type"),
    appId: textAt(event, "app_id"),
    token: textAt(body, "token"),
    createTime: textAt(body, "ts"),
    event,
  };
}

/** Turns one envelope into one event of the contract, or says why there is nothing to answer. Pure. */
export function parse(envelope: Envelope, facts: ParseFacts): Parsed {
  const { eventId, type } = envelope;
  if (eventId === "") return { kind: "ignored", type, reason: "no event id" };
  switch (type) {
    case "im.message.receive_v1":
      return parseMessage(envelope, facts);
    case "message":
      return parseOldMessage(envelope, facts);
    case "card.action.trigger":
      return parseAction(envelope, facts);
    default:
      return { kind: "ignored", type, reason: "nothing to answer" };
  }
}

function parseMessage({ eventId, type, event, createTime }: Envelope, facts: ParseFacts): Parsed {
  const message = objectAt(event, "message");
  const sender = objectAt(event, "sender");
  const messageId = textAt(message, "message_id");
  const chatId = textAt(message, "chat_id");
  const senderId = anyId(objectAt(sender, "sender_id"));
  if (messageId === "" || chatId === "" || senderId === "") return { kind: "ignored", type, reason: "ids missing" };

  const raw = parseJsonText(message["content"]);
  const content = readContent(textAt(message, "message_type"), raw ?? {});
  // A message recalled before it reached us comes without its content.
  if (raw === undefined || (content.text === "" && content.attachments.length === 0)) {
    return { kind: "ignored", type, reason: "no content" };
  }
  const mentions = readMentions(message["mentions"], facts.botOpenId);
  // Absent or new kinds count as groups: the stricter side.
  const isDirect = textAt(message, "chat_type") === "p2p";
  const threadId = textAt(message, "thread_id");
  const parentId = textAt(message, "parent_id");
  return {
    kind: "event",
    event: {
      eventId,
      messageId,
      kind: "message",
      conversation: {
        id: chatId,
        type: isDirect ? "direct" : "group",
        ...(threadId === "" ? {} : { threadId }),
      },
      sender: {
        id: senderId,
        ...(textAt(sender, "sender_type") === "user" ? {} : { isBot: true }),
        ...(senderId === facts.botOpenId ? { isSelf: true } : {}),
      },
      text: resolveMentions(content.text, mentions),
      addressed: isDirect || mentions.own.size > 0 || (parentId !== "" && facts.isOwnMessage(parentId)),
      ...(content.attachments.length === 0 ? {} : { attachments: content.attachments }),
      ...(parentId === "" ? {} : { inReplyTo: parentId }),
      sentAtMs: timeMs(textAt(message, "create_time")) ?? timeMs(createTime) ?? facts.nowMs,
    },
  };
}

/** The first version of the event, which old apps still subscribe to. Its text has the mention of the bot cut out already. */
function parseOldMessage({ eventId, type, event, createTime }: Envelope, facts: ParseFacts): Parsed {
  const messageId = textAt(event, "open_message_id");
  const chatId = textAt(event, "open_chat_id");
  const senderId = textAt(event, "open_id");
  if (messageId === "" || chatId === "" || senderId === "") return { kind: "ignored", type, reason: "ids missing" };
  const messageType = textAt(event, "msg_type");
  const text = textAt(event, "text_without_at_bot") || textAt(event, "text");
  const content = messageType === "text" ? { text: text.trim(), attachments: [] } : readContent(messageType, event);
  if (content.text === "" && content.attachments.length === 0) return { kind: "ignored", type, reason: "no content" };
  const isDirect = textAt(event, "chat_type") === "private";
  const parentId = textAt(event, "parent_id");
  return {
    kind: "event",
    event: {
      eventId,
      messageId,
      kind: "message",
      conversation: { id: chatId, type: isDirect ? "direct" : "group" },
      sender: { id: senderId, ...(senderId === facts.botOpenId ? { isSelf: true } : {}) },
      text: content.text,
      addressed: isDirect || event["is_mention"] === true,
      ...(content.attachments.length === 0 ? {} : { attachments: content.attachments }),
      ...(parentId === "" ? {} : { inReplyTo: parentId }),
      sentAtMs: timeMs(createTime) ?? facts.nowMs,
    },
  };
}

/**
 * A click. Several clicks on one card are several events, so the event's own id also stands for the message.
 *
 * @see https://open.feishu.cn/document/feishu-cards/card-callback-communication (read 2026-05)
 */
function parseAction({ eventId, type, event, createTime }: Envelope, facts: ParseFacts): Parsed {
  const context = objectAt(event, "context");
  const chatId = textAt(context, "open_chat_id");
  const cardMessageId = textAt(context, "open_message_id");
  const senderId = anyId(objectAt(event, "operator"));
  if (chatId === "" || senderId === "") return { kind: "ignored", type, reason: "ids missing" };
  const pressed = objectAt(event, "action");
  const action = readAction(pressed, cardMessageId);
  return {
    kind: "event of unknown chat",
    event: {
      eventId,
      messageId: eventId,
      kind: "action",
      conversation: { id: chatId, type: "group" },
      sender: { id: senderId },
      text: describeAction(pressed, action),
      addressed: true,
      action,
      ...(cardMessageId === "" ? {} : { inReplyTo: cardMessageId }),
      sentAtMs: timeMs(createTime) ?? facts.nowMs,
    },
  };
}

function readAction(pressed: JsonObject, cardMessageId: string): CardAction {
  const value = (pressed["value"] ??
    pressed["option"] ??
    pressed["options"] ??
    pressed["checked"] ??
    null) as JsonValue;
  const form = objectAt(pressed, "form_value") as Readonly<Record<string, JsonValue>>;
  const input = textAt(pressed, "input_value");
  const formValues = input === "" ? form : { ...form, input };
  return { cardMessageId, value, ...(Object.keys(formValues).length === 0 ? {} : { formValues }) };
}

/** For agents that read only text: what was chosen, in the words of the card's author. */
function describeAction(pressed: JsonObject, { value, formValues }: CardAction): string {
  const chosen = typeof value === "string" ? value : JSON.stringify(value);
  const name = textAt(pressed, "name");
  const form = formValues === undefined ? "" : ` ${JSON.stringify(formValues)}`;
  return `[card action${name === "" ? "" : ` ${name}`}: ${chosen}${form}]`;
}

/** People are known by the id this app has for them; the others only where the platform leaves it out. */
function anyId(ids: JsonObject): string {
  return textAt(ids, "open_id") || textAt(ids, "union_id") || textAt(ids, "user_id");
}

/** Times come in microseconds, milliseconds or seconds with a fraction, always as text. */
function timeMs(text: string): number | undefined {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value) || value <= 0) return undefined;
  if (value >= 1e14) return Math.floor(value / 1_000);
  return value < 1e11 ? Math.floor(value * 1_000) : value;
}
