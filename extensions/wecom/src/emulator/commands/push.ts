import { numberAt, stringAt } from "@loong/emulator-kit";
import type { Bot } from "../state/bots.ts";
import type { Files } from "../state/files.ts";
import type { Chat, Rooms } from "../state/rooms.ts";
import { OK, refuse, type Answer } from "../wire/answer.ts";
import type { Call, Handlers } from "./command.ts";
import { contentOf } from "./content.ts";
import type { Rates } from "./rates.ts";

const PUSH_TYPES = ["markdown", "template_card", "file", "image", "voice", "video"];

/** Messages nobody asked for, into chats where somebody has spoken to the bot before. */
export function pushHandlers(ports: { readonly rooms: Rooms; readonly files: Files; readonly rates: Rates }): Handlers {
  const { rooms, files, rates } = ports;
  return {
    aibot_send_msg({ body, bot }: Call): Answer {
      const checked = contentOf(body, PUSH_TYPES, bot, files);
      if ("refusal" in checked) return checked.refusal;
      const chat = targetOf(stringAt(body, "chatid") ?? "", numberAt(body, "chat_type") ?? 0, bot, rooms);
      if (chat === undefined) return refuse(93006);
      if (chat.type === "group" && !chat.bots.has(bot)) return refuse(93008);
      if (!chat.spokenTo.has(bot)) return refuse(846607);
      const limited = rates.message(chat);
      if (limited !== undefined) return limited;
      rooms.post({ chat, from: { kind: "bot", bot }, via: "push", ...checked });
      return OK;
    },
  };
}

/** `chatType` 1 is a person, 2 a group; anything else looks for a group first. Upper and lower case differ. */
function targetOf(chatId: string, chatType: number, bot: Bot, rooms: Rooms): Chat | undefined {
  if (chatType === 1) return rooms.findSingle(chatId, bot);
  if (chatType === 2) return rooms.findGroup(chatId);
  return rooms.findGroup(chatId) ?? rooms.findSingle(chatId, bot);
}
