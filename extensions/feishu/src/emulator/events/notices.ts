import { hasScope, type App } from "../state/apps.ts";
import type { User } from "../state/people.ts";
import type { Chat, Message, Reaction } from "../state/rooms.ts";
import type { World } from "../state/world.ts";
import type { Deliveries } from "./deliveries.ts";
import {
  botMembership,
  chatEntered,
  messageReceived,
  messageRecalled,
  messagesRead,
  reactionChanged,
  type MessageTwist,
} from "./payloads.ts";

/** Tells the apps of a chat what happened in it. Each gives the event ids, by app id. */
export interface Notices {
  posted(message: Message, twist?: MessageTwist): Readonly<Record<string, string>>;
  recalled(message: Message): Readonly<Record<string, string>>;
  reacted(message: Message, reaction: Reaction, change: "created" | "deleted"): Readonly<Record<string, string>>;
  read(chat: Chat, user: User, messageIds: readonly string[]): Readonly<Record<string, string>>;
  entered(chat: Chat, user: User): Readonly<Record<string, string>>;
  bot(chat: Chat, app: App, operator: User, change: "added" | "deleted"): Readonly<Record<string, string>>;
}

const DIRECT_SCOPES = ["im:message.p2p_msg:readonly", "im:message.p2p_msg"];
const ALL_GROUP_SCOPES = ["im:message.group_msg"];
const MENTION_SCOPES = ["im:message.group_at_msg:readonly", "im:message.group_at_msg", ...ALL_GROUP_SCOPES];
const BOT_SCOPES = ["im:message.group_at_msg.include_bot:readonly"];

export function createNotices({ people, clock }: World, deliveries: Deliveries): Notices {
  function tell(apps: Iterable<App>, type: string, eventFor: (app: App) => object): Record<string, string> {
    const eventIds: Record<string, string> = {};
    for (const app of apps) {
      const eventId = deliveries.publish(app, type, eventFor(app));
      if (eventId !== undefined) eventIds[app.appId] = eventId;
    }
    return eventIds;
  }

  return {
    posted(message, twist) {
      const listeners = [...message.chat.apps].filter((app) => hears(app, message));
      return tell(listeners, "im.message.receive_v1", (app) => messageReceived(people, app, message, twist));
    },
    recalled: (message) =>
      tell(message.chat.apps, "im.message.recalled_v1", () => messageRecalled(message, clock.now())),
    reacted: (message, reaction, change) =>
      tell(message.chat.apps, `im.message.reaction.${change}_v1`, (app) =>
        reactionChanged(people, app, message, reaction, clock.now()),
      ),
    read: (chat, user, messageIds) =>
      tell(chat.mode === "p2p" ? chat.apps : [], "im.message.message_read_v1", (app) =>
        messagesRead(people, app, user, messageIds, clock.now()),
      ),
    entered: (chat, user) =>
      tell(chat.apps, "im.chat.access_event.bot_p2p_chat_entered_v1", (app) => chatEntered(people, app, chat, user)),
    bot: (chat, app, operator, change) =>
      tell([app], `im.chat.member.bot.${change}_v1`, () => botMembership(people, app, chat, operator)),
  };
}

/**
 * Does the app get this message? Never its own; a direct one, one in a group that mentions it, any in a group, and one
 * by another bot each need their own permission.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message/events/receive (read 2026-05)
 */
function hears(app: App, message: Message): boolean {
  if (!app.botEnabled) return false;
  if (message.chat.mode === "p2p") return message.sender.kind === "user" && hasScope(app, DIRECT_SCOPES);
  const isMentioned = message.mentions.some(({ actor }) => actor.kind === "app" && actor.app === app);
  if (message.sender.kind === "app") {
    return message.sender.app !== app && isMentioned && hasScope(app, BOT_SCOPES);
  }
  const isCalled = isMentioned || message.content.includes("@_all");
  return hasScope(app, isCalled ? MENTION_SCOPES : ALL_GROUP_SCOPES);
}
