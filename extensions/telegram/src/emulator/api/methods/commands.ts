import { isRecord, stringAt } from "@loong/emulator-kit";
import type { BotCommand } from "../../state/actors.ts";
import type { Methods } from "../call.ts";
import type { Params } from "../params.ts";
import { badRequest } from "../refusal.ts";

const MAX_COMMANDS = 100;
const MAX_DESCRIPTION = 256;
const SCOPES: ReadonlySet<string> = new Set([
  "default",
  "all_private_chats",
  "all_group_chats",
  "all_chat_administrators",
  "chat",
  "chat_administrators",
  "chat_member",
]);

/** The menu of commands, by scope and language. */
export function commandMethods(): Methods {
  return {
    setMyCommands({ bot, params }) {
      const commands = commandsOf(params);
      bot.commands.set(keyOf(params), commands);
      return true;
    },
    getMyCommands: ({ bot, params }) => bot.commands.get(keyOf(params)) ?? [],
    deleteMyCommands({ bot, params }) {
      bot.commands.delete(keyOf(params));
      return true;
    },
  };
}

function commandsOf(params: Params): BotCommand[] {
  const given = params.json("commands", "commands");
  if (!Array.isArray(given)) throw badRequest("Expected an Array of BotCommand");
  if (given.length > MAX_COMMANDS) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  return given.map(commandOf);
}

function commandOf(given: unknown): BotCommand {
  if (!isRecord(given)) throw badRequest("Can't parse BotCommand: expected an Object");
  const command = (stringAt(given, "command") ?? "").replace(/^\//, "");
  const description = stringAt(given, "description") ?? "";
  if (!/^[a-z\d_]{1,32}$/.test(command)) throw badRequest("BOT_COMMAND_INVALID");
  if (description === "" || description.length > MAX_DESCRIPTION) throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
  return { command, description };
}

function keyOf(params: Params): string {
  const scope = params.json("scope", "BotCommandScope") ?? { type: "default" };
  if (!isRecord(scope)) throw badRequest("BotCommandScope must be an Object");
  const type = stringAt(scope, "type") ?? "";
  if (!SCOPES.has(type)) throw badRequest("Can't parse BotCommandScope: Unsupported type specified");
  return JSON.stringify([type, scope["chat_id"], scope["user_id"], params.text("language_code")]);
}
