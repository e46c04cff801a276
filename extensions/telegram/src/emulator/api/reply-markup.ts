import { isRecord, stringAt, type JsonRecord } from "@loong/emulator-kit";
import type { Params } from "./params.ts";
import { badRequest } from "./refusal.ts";

const MAX_CALLBACK_BYTES = 64;
const ACTIONS = [
  "url",
  "callback_data",
  "web_app",
  "login_url",
  "switch_inline_query",
  "switch_inline_query_current_chat",
  "switch_inline_query_chosen_chat",
  "copy_text",
  "callback_game",
  "pay",
];

/** Buttons as a bot sent them; undefined when it sent none. @throws Refusal */
export function replyMarkupOf(params: Params): JsonRecord | undefined {
  const markup = params.json("reply_markup", "reply keyboard markup");
  if (markup === undefined) return undefined;
  if (!isRecord(markup)) throw badRequest("Object expected as reply markup");
  const rows = markup["inline_keyboard"];
  if (rows === undefined) return markup;
  const isGrid = Array.isArray(rows) && rows.every((row) => Array.isArray(row));
  if (!isGrid) throw badRequest('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
  for (const button of (rows as unknown[][]).flat()) checkButton(button);
  return (rows as unknown[][]).flat().length === 0 ? undefined : markup;
}

function checkButton(button: unknown): void {
  const fail = (words: string): Error => badRequest(`Can't parse inline keyboard button: ${words}`);
  if (!isRecord(button)) throw fail("InlineKeyboardButton must be an Object");
  if (stringAt(button, "text") === undefined) throw fail('Can\'t find field "text"');
  if (button["text"] === "") throw badRequest("BUTTON_TEXT_INVALID");
  if (ACTIONS.every((action) => button[action] === undefined))
    throw fail("Text buttons are unallowed in the inline keyboard");
  const data = stringAt(button, "callback_data");
  if (data !== undefined && (data === "" || Buffer.byteLength(data) > MAX_CALLBACK_BYTES))
    throw badRequest("BUTTON_DATA_INVALID");
}

/** Is there a button that sends this? */
export function hasButton(markup: JsonRecord | undefined, data: string): boolean {
  const rows = markup?.["inline_keyboard"];
  return (
    Array.isArray(rows) && (rows as unknown[][]).flat().some((button) => stringAt(button, "callback_data") === data)
  );
}
