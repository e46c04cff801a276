import type { MessageEntity } from "grammy/types";
import type { Bot } from "../identity.ts";

export interface Resolved {
  /** Without the mentions of the bot; people mentioned without a username as `@name`. */
  readonly text: string;
  readonly isMentioned: boolean;
}

/** @param entities - Offsets in UTF-16 units, as strings have them. */
export function resolveMentions(text: string, entities: readonly MessageEntity[], bot: Bot): Resolved {
  let rest = text;
  let isMentioned = false;
  for (const entity of entities.toSorted((left, right) => right.offset - left.offset)) {
    const { offset, length } = entity;
    const words = text.slice(offset, offset + length);
    const written = rewrite(entity, words, bot);
    if (written === undefined) continue;
    isMentioned ||= written.isBot;
    rest = replace(rest, offset, length, written.text);
  }
  return { text: rest.trim(), isMentioned };
}

/** What stands in place of a mention; `undefined` for entities that are none. */
function rewrite(entity: MessageEntity, words: string, bot: Bot): { text: string; isBot: boolean } | undefined {
  const isBot = (name: string) => bot.username !== "" && name.toLowerCase() === `@${bot.username.toLowerCase()}`;
  if (entity.type === "mention") return isBot(words) ? { text: "", isBot: true } : undefined;
  if (entity.type === "text_mention") {
    return entity.user.id === bot.id ? { text: "", isBot: true } : { text: `@${words}`, isBot: false };
  }
  if (entity.type !== "bot_command") return undefined;
  // "/new@our_bot" is meant for us; a command without a name is for every bot of the group.
  const at = words.indexOf("@");
  return at > 0 && isBot(words.slice(at)) ? { text: words.slice(0, at), isBot: true } : undefined;
}

/** Leaves one space, not two, where a mention between words is taken out. */
function replace(text: string, offset: number, length: number, words: string): string {
  const before = text.slice(0, offset);
  const after = text.slice(offset + length);
  const isHole = words === "" && /(?:^|\s)$/.test(before) && after.startsWith(" ");
  return before + words + (isHole ? after.slice(1) : after);
}
