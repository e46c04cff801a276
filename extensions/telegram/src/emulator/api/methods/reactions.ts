import { isRecord, stringAt, type JsonRecord } from "@loong/emulator-kit";
import type { Parts } from "../../parts.ts";
import type { Methods } from "../call.ts";
import { chatOf, messageOf } from "../destination.ts";
import type { Params } from "../params.ts";
import { badRequest } from "../refusal.ts";

/** @see https://core.telegram.org/bots/api#reactiontypeemoji (read 2026-11) */
const EMOJI: ReadonlySet<string> = new Set(
  "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡".split(
    " ",
  ),
);

/** A bot that is not premium shows one reaction per message. */
export function reactionMethods({ world }: Parts): Methods {
  return {
    setMessageReaction(call) {
      const reactions = reactionsOf(call.params);
      const chat = chatOf(call, world);
      const message = messageOf(call, chat, "message to react");
      world.chats.react(message, call.bot, reactions);
      return true;
    },
  };
}

function reactionsOf(params: Params): JsonRecord[] {
  const given = params.json("reaction", "reaction types") ?? [];
  if (!Array.isArray(given)) throw badRequest("Expected an Array of ReactionType");
  if (given.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  return given.map(reactionOf);
}

function reactionOf(given: unknown): JsonRecord {
  if (!isRecord(given)) throw badRequest("Can't parse ReactionType: expected an Object");
  const emoji = (stringAt(given, "emoji") ?? "").replaceAll("\uFE0F", "");
  if (given["type"] !== "emoji") throw badRequest("Can't parse ReactionType: invalid reaction type specified");
  if (!EMOJI.has(emoji)) throw badRequest("REACTION_INVALID");
  return { type: "emoji", emoji };
}
