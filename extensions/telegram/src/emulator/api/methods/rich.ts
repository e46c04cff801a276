import { isRecord, listAt, stringAt, type JsonRecord } from "@loong/emulator-kit";
import type { ApiLevel } from "../../options.ts";
import type { Parts } from "../../parts.ts";
import type { Content } from "../../state/chat.ts";
import type { Methods } from "../call.ts";
import { send } from "../outgoing.ts";
import type { Params } from "../params.ts";
import { badRequest, Refusal } from "../refusal.ts";
import { messageView } from "../view.ts";

const MAX_CHARACTERS = 32_768;
const MAX_BLOCKS = 500;

/** Rich messages came with 10.1; older servers do not know the methods. */
export function richMethods(parts: Parts): Methods {
  const { apiLevel } = parts.world.settings;
  if (apiLevel === "10.0") return {};
  return { sendRichMessage: (call) => messageView(send(call, parts, richContent(call.params, apiLevel))) };
}

/**
 * The content of a rich message. Markdown, HTML and blocks are taken as they are: one paragraph each is shown.
 * @throws Refusal
 * @see https://core.telegram.org/bots/api#inputrichmessage (read 2026-11)
 */
export function richContent(params: Params, apiLevel: ApiLevel): Content {
  const given = params.json("rich_message", "rich message");
  if (apiLevel === "10.0") throw new Refusal(400, "Bad Request: message text is empty");
  if (!isRecord(given)) throw badRequest("Object expected as rich message");
  const [markdown, html, blocks] = [stringAt(given, "markdown"), stringAt(given, "html"), listAt(given, "blocks")];
  if ([markdown, html, blocks].filter((one) => one !== undefined).length !== 1)
    throw badRequest("rich message must have exactly one of the fields blocks, html and markdown");
  const text = markdown ?? html ?? (blocks ?? []).map(wordsIn).join("\n");
  if (text.trim() === "") throw badRequest("RICH_MESSAGE_EMPTY");
  if (text.length > MAX_CHARACTERS) throw badRequest("RICH_MESSAGE_TOO_LONG");
  if ((blocks ?? text.split(/\n{2,}/)).length > MAX_BLOCKS) throw badRequest("RICH_MESSAGE_BLOCKS_TOO_MUCH");
  return { type: "rich_message", text, entities: [], fields: { rich_message: shownAs(text, given) } };
}

function shownAs(text: string, given: JsonRecord): JsonRecord {
  const blocks = listAt(given, "blocks") ?? text.split(/\n{2,}/).map((one) => ({ type: "paragraph", text: one }));
  return { blocks, ...(given["is_rtl"] === true ? { is_rtl: true } : {}) };
}

/** Every string under a `text` key. */
function wordsIn(block: unknown): string {
  if (typeof block === "string") return block;
  if (Array.isArray(block)) return block.map(wordsIn).join("");
  if (!isRecord(block)) return "";
  return Object.entries(block)
    .filter(([key]) => key === "text" || key === "blocks" || key === "items")
    .map(([, value]) => wordsIn(value))
    .join("");
}
