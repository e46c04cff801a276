import { type EmulatorClock, isRecord, type JsonRecord, recordAt, stringAt } from "@loong/emulator-kit";
import { randomHex } from "../ids.ts";
import type { ResponseUrls } from "../http/response-urls.ts";
import { payloadOf } from "../saying.ts";
import type { Bot } from "../state/bots.ts";
import type { Files } from "../state/files.ts";
import type { User } from "../state/people.ts";
import type { Chat, Message, Rooms, SingleChat } from "../state/rooms.ts";
import type { Callbacks } from "./callbacks.ts";
import type { Ticket, TicketKind, Tickets } from "./tickets.ts";

/** Changes to a callback's body that make it stranger than the platform's. */
export interface MessageTwist {
  /** Fields to add or replace. */
  readonly extra?: JsonRecord;
  /** Fields to leave out: `create_time`, `from`. */
  readonly omit?: readonly string[];
}

export interface CardClick {
  /** The key of the button. */
  readonly eventKey: string;
  /** The card's own when absent. */
  readonly taskId?: string;
  /** Chosen option ids, by question key. */
  readonly selected?: Readonly<Record<string, readonly string[]>>;
}

export interface Feedback {
  /** 1: like, 2: dislike. */
  readonly type: number;
  readonly content?: string;
  /** Reasons for a dislike, as the platform numbers them. */
  readonly reasons?: readonly number[];
}

/** Tells bots what happened. Each returns the req_id under which the bot hears of it. */
export interface Notices {
  said(
    message: Message,
    bot: Bot,
    facts: { readonly quote?: Message | undefined; readonly twist?: MessageTwist },
  ): string;
  entered(chat: SingleChat): string;
  clicked(message: Message, bot: Bot, user: User, click: CardClick): string;
  feedback(bot: Bot, message: Message, user: User, feedback: Feedback): string;
  /** Anything else, with a body of your own; answered like a message when it looks like one. */
  other(bot: Bot, cmd: string, body: JsonRecord, reqId?: string): string;
}

export interface NoticePorts {
  readonly clock: EmulatorClock;
  readonly rooms: Rooms;
  readonly files: Files;
  readonly tickets: Tickets;
  readonly callbacks: Callbacks;
  /** `undefined` when the platform gives none. */
  readonly responseUrls: Pick<ResponseUrls, "issue"> | undefined;
}

export function createNotices(ports: NoticePorts): Notices {
  const { clock, rooms, files, tickets, callbacks } = ports;

  function envelope(bot: Bot, chat: Chat, userId: string): JsonRecord {
    return {
      create_time: Math.floor(clock.now() / 1000),
      aibotid: bot.botId,
      ...(chat.type === "group" ? { chatid: chat.chatId } : {}),
      chattype: chat.type,
      from: { userid: userId },
    };
  }

  function happened(ticket: Ticket, chat: Chat, userId: string, event: JsonRecord): string {
    const msgId = randomHex();
    const type = stringAt(event, "eventtype") ?? "";
    const responseUrl = ticket.kind === "template_card_event" ? urlOf(ticket.bot, chat) : {};
    const facts = { ...envelope(ticket.bot, chat, userId), ...responseUrl };
    const body = (): JsonRecord => ({ msgid: msgId, ...facts, msgtype: "event", event });
    callbacks.publish({ msgId, cmd: "aibot_event_callback", type, ticket, body });
    return ticket.reqId;
  }

  function urlOf(bot: Bot, chat: Chat): JsonRecord {
    const url = ports.responseUrls?.issue(bot, chat);
    return url === undefined ? {} : { response_url: url };
  }

  function chatNamedIn(body: JsonRecord, bot: Bot): Chat | undefined {
    const group = rooms.findGroup(stringAt(body, "chatid") ?? "");
    return group ?? rooms.findSingle(stringAt(recordAt(body, "from"), "userid") ?? "", bot);
  }

  return {
    said(message, bot, { quote, twist }) {
      const { chat, messageId: msgId, from, content } = message;
      const ticket = tickets.issue({ kind: "message", bot, chat, message });
      const facts = envelope(bot, chat, from.kind === "user" ? from.user.userId : from.bot.botId);
      const body = (): JsonRecord =>
        twisted(
          {
            msgid: msgId,
            ...facts,
            ...payloadOf(content, files),
            ...(quote === undefined ? {} : { quote: payloadOf(quote.content, files) }),
            ...urlOf(bot, chat),
          },
          twist,
        );
      callbacks.publish({ msgId, cmd: "aibot_msg_callback", type: content.type, ticket, body });
      return ticket.reqId;
    },
    entered(chat) {
      const ticket = tickets.issue({ kind: "enter_chat", bot: chat.bot, chat, message: undefined });
      return happened(ticket, chat, chat.user.userId, { eventtype: "enter_chat" });
    },
    clicked(message, bot, user, click) {
      const { chat } = message;
      const ticket = tickets.issue({ kind: "template_card_event", bot, chat, message });
      const details = clickDetails(message.cardFor.get(user.userId) ?? message.content.card, click);
      const event = { eventtype: "template_card_event", template_card_event: details };
      return happened(ticket, chat, user.userId, event);
    },
    feedback(bot, message, user, { type, content, reasons }) {
      const { chat, feedbackId } = message;
      const ticket = tickets.issue({ kind: "other", bot, chat, message });
      const details = {
        id: feedbackId,
        type,
        ...(content === undefined ? {} : { content }),
        ...(reasons === undefined ? {} : { inaccurate_reason_list: reasons }),
      };
      return happened(ticket, chat, user.userId, { eventtype: "feedback_event", feedback_event: details });
    },
    other(bot, cmd, body, reqId) {
      const msgId = stringAt(body, "msgid") ?? randomHex();
      const type = stringAt(recordAt(body, "event"), "eventtype") ?? stringAt(body, "msgtype") ?? cmd;
      const facts = { kind: kindOf(cmd, type), bot, chat: chatNamedIn(body, bot), message: undefined };
      const ticket = tickets.issue(facts, reqId);
      callbacks.publish({ msgId, cmd, type, ticket, body: () => body });
      return ticket.reqId;
    },
  };
}

function kindOf(cmd: string, type: string): TicketKind {
  if (cmd === "aibot_msg_callback") return "message";
  return type === "enter_chat" || type === "template_card_event" ? type : "other";
}

function clickDetails(card: JsonRecord | undefined, { eventKey, taskId, selected }: CardClick): JsonRecord {
  const items = Object.entries(selected ?? {}).map(([key, ids]) => ({
    question_key: key,
    option_ids: { option_id: ids },
  }));
  return {
    card_type: stringAt(card, "card_type"),
    event_key: eventKey,
    task_id: taskId ?? stringAt(card, "task_id"),
    ...(items.length === 0 ? {} : { selected_items: { selected_item: items } }),
  };
}

function twisted(body: JsonRecord, twist: MessageTwist | undefined): JsonRecord {
  const omitted = new Set(twist?.omit);
  const kept = Object.fromEntries(Object.entries(body).filter(([key]) => !omitted.has(key)));
  return isRecord(twist?.extra) ? { ...kept, ...twist.extra } : kept;
}
