import type { Bot } from "../state/actors.ts";
import { isAdmin, type Message } from "../state/chat.ts";

/** Messages that tell what happened instead of saying something. */
const SERVICE_TYPES: ReadonlySet<string> = new Set([
  "new_chat_members",
  "left_chat_member",
  "migrate_to_chat_id",
  "migrate_from_chat_id",
  "forum_topic_created",
  "forum_topic_edited",
  "forum_topic_closed",
  "forum_topic_reopened",
  "pinned_message",
]);

/**
 * Does a bot get this message? It never gets its own or another bot's. In groups a bot in privacy mode gets what is
 * meant for it: commands, mentions, replies to it; and every service message.
 *
 * @see https://core.telegram.org/bots/features#privacy-mode (read 2026-11)
 */
export function hears(bot: Bot, message: Message): boolean {
  const { chat, from, content } = message;
  if (SERVICE_TYPES.has(content.type)) return true;
  if (from.kind === "bot") return false;
  if (chat.type === "private" || chat.type === "channel") return true;
  if (bot.canReadAllGroupMessages || isAdmin(chat, bot)) return true;
  return message.replyTo?.from === bot || isMentioned(bot, message) || isCommanded(bot, message);
}

function isMentioned(bot: Bot, { content: { text, entities } }: Message): boolean {
  return entities.some(({ type, offset, length, user }) => {
    if (type === "text_mention") return user?.["id"] === bot.id;
    return type === "mention" && sameName(text.slice(offset + 1, offset + length), bot);
  });
}

/** `/stop@this_bot`, or `/stop` while this bot was the last one to speak, or no bot has spoken. */
function isCommanded(bot: Bot, { chat, content: { text, entities } }: Message): boolean {
  return entities.some(({ type, offset, length }) => {
    if (type !== "bot_command") return false;
    const addressee = text.slice(offset, offset + length).split("@")[1];
    if (addressee !== undefined) return sameName(addressee, bot);
    const last = [...chat.messages.values()].findLast(({ from }) => from.kind === "bot");
    return last === undefined || last.from === bot;
  });
}

function sameName(name: string, bot: Bot): boolean {
  return name.toLowerCase() === bot.username.toLowerCase();
}
