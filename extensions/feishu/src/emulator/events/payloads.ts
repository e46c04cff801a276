import { hasScope, TENANT_KEY, type App } from "../state/apps.ts";
import { actorName, type Actor, type People, type User } from "../state/people.ts";
import type { Mention, Message, Reaction } from "../state/rooms.ts";
import { receivedContent } from "../state/wording.ts";

/** Whether events name the company's own user id: only with this permission. */
const USER_ID_SCOPE = ["contact:user.employee_id:readonly"];

/** The three ids of somebody, as `app` may see them. */
function idsOf(people: People, app: App, actor: Actor): Record<string, string | null> {
  const openId = people.openId(app.appId, actor);
  if (actor.kind === "app") return { open_id: openId, union_id: actor.app.botUnionId, user_id: null };
  const userId = hasScope(app, USER_ID_SCOPE) ? actor.user.userId : null;
  return { open_id: openId, union_id: actor.user.unionId, user_id: userId };
}

/** Changes that no real client makes, to see how an app takes them. */
export interface MessageTwist {
  readonly senderType?: string;
  readonly userIdNull?: boolean;
  readonly withoutMentions?: boolean;
}

/**
 * `im.message.receive_v1`
 * @see https://open.feishu.cn/document/server-docs/im-v1/message/events/receive (read 2026-05)
 */
export function messageReceived(people: People, app: App, message: Message, twist: MessageTwist = {}): object {
  const senderIds = idsOf(people, app, message.sender);
  const mentions = twist.withoutMentions === true ? [] : message.mentions;
  return {
    sender: {
      sender_id: twist.userIdNull === true ? { ...senderIds, user_id: null } : senderIds,
      sender_type: twist.senderType ?? (message.sender.kind === "user" ? "user" : "bot"),
      tenant_key: TENANT_KEY,
    },
    message: {
      message_id: message.messageId,
      ...(message.rootId === undefined ? {} : { root_id: message.rootId, parent_id: message.parentId }),
      create_time: String(message.createdAtMs),
      update_time: String(message.updatedAtMs),
      chat_id: message.chat.chatId,
      ...(message.threadId === undefined ? {} : { thread_id: message.threadId }),
      chat_type: message.chat.mode === "p2p" ? "p2p" : "group",
      message_type: message.msgType,
      content: receivedContent(message),
      ...(mentions.length === 0 ? {} : { mentions: mentions.map((mention) => mentioned(people, app, mention)) }),
    },
  };
}

function mentioned(people: People, app: App, { key, actor }: Mention): object {
  return {
    key,
    id: idsOf(people, app, actor),
    mentioned_type: actor.kind === "user" ? "user" : "bot",
    name: actorName(actor),
    tenant_key: TENANT_KEY,
  };
}

/** `im.message.reaction.created_v1` and `deleted_v1` */
export function reactionChanged(people: People, app: App, message: Message, reaction: Reaction, atMs: number): object {
  const { by } = reaction;
  return {
    message_id: message.messageId,
    reaction_type: { emoji_type: reaction.emoji },
    operator_type: by.kind,
    ...(by.kind === "user" ? { user_id: idsOf(people, app, by) } : { app_id: by.app.appId }),
    action_time: String(atMs),
  };
}

/** `im.message.recalled_v1` */
export function messageRecalled(message: Message, atMs: number): object {
  const { chat, messageId } = message;
  return { message_id: messageId, chat_id: chat.chatId, recall_time: String(atMs), recall_type: "message_owner" };
}

/** `im.message.message_read_v1` */
export function messagesRead(
  people: People,
  app: App,
  user: User,
  messageIds: readonly string[],
  atMs: number,
): object {
  const reader_id = idsOf(people, app, { kind: "user", user });
  return { reader: { reader_id, read_time: String(atMs), tenant_key: TENANT_KEY }, message_id_list: messageIds };
}

/** `im.chat.member.bot.added_v1` and `deleted_v1` */
export function botMembership(people: People, app: App, chat: Message["chat"], operator: User): object {
  return {
    chat_id: chat.chatId,
    operator_id: idsOf(people, app, { kind: "user", user: operator }),
    external: false,
    operator_tenant_key: TENANT_KEY,
    name: chat.name,
    i18n_names: { zh_cn: chat.name, en_us: chat.name },
  };
}

/** `im.chat.access_event.bot_p2p_chat_entered_v1` */
export function chatEntered(people: People, app: App, chat: Message["chat"], operator: User): object {
  const last = chat.messages.at(-1);
  return {
    chat_id: chat.chatId,
    operator_id: idsOf(people, app, { kind: "user", user: operator }),
    last_message_id: last?.messageId ?? "",
    last_message_create_time: last === undefined ? "" : String(last.createdAtMs),
  };
}

/** What somebody did to a card. `value` is what the button carries. */
export interface CardClick {
  readonly value?: unknown;
  readonly tag?: string;
  readonly name?: string;
  readonly option?: string;
  readonly options?: readonly string[];
  readonly checked?: boolean;
  readonly inputValue?: string;
  readonly formValue?: Readonly<Record<string, unknown>>;
}

/** `card.action.trigger`, a callback: its answer changes what the user sees. */
export function cardClicked(
  people: People,
  app: App,
  message: Message,
  user: User,
  click: CardClick,
  token: string,
): object {
  const action = {
    value: click.value,
    tag: click.tag ?? "button",
    name: click.name,
    option: click.option,
    options: click.options,
    checked: click.checked,
    input_value: click.inputValue,
    form_value: click.formValue,
    timezone: "Asia/Shanghai",
  };
  return {
    operator: { tenant_key: TENANT_KEY, ...idsOf(people, app, { kind: "user", user }) },
    token,
    action,
    host: "im_message",
    context: { open_message_id: message.messageId, open_chat_id: message.chat.chatId },
  };
}

export interface EnvelopeFacts {
  readonly eventId: string;
  readonly type: string;
  readonly atMs: number;
  /** `1.0` is what a few old events still use. */
  readonly schema: "1.0" | "2.0";
}

/** The body that travels, in either schema. A callback counts its time in microseconds. */
export function envelope(app: App, facts: EnvelopeFacts, event: object): object {
  const { eventId, type, atMs } = facts;
  if (facts.schema === "1.0") {
    const body = { type, app_id: app.appId, tenant_key: TENANT_KEY, ...event };
    return {
      ts: (atMs / 1000).toFixed(3),
      uuid: eventId,
      token: app.verificationToken,
      type: "event_callback",
      event: body,
    };
  }
  const header = {
    event_id: eventId,
    event_type: type,
    create_time: type.startsWith("card.") ? `${atMs}000` : String(atMs),
    token: app.verificationToken,
    app_id: app.appId,
    tenant_key: TENANT_KEY,
  };
  return { schema: "2.0", header, event };
}
