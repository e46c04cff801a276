import { isRecord, numberAt, recordAt, stringAt, type JsonRecord } from "@loong/emulator-kit";
import { badRequest } from "../api/refusal.ts";
import { REQUESTABLE, sorted, trimmed, withDetected, type Entity, type FormattedText } from "./entities.ts";
import { parseHtml } from "./html.ts";
import { parseMarkdownV2 } from "./markdown-v2.ts";
import { parseMarkdown } from "./markdown.ts";
import { MarkupError } from "./parse-error.ts";

const MAX_SOURCE_BYTES = 1 << 15;

/**
 * Reads text as a bot sent it: marked up, or plain with entities of its own; then as the platform shows it, without
 * spaces at the ends and with mentions, commands, links and tags found.
 *
 * @throws Refusal with the platform's words.
 */
export function formatText(source: string, parseMode: string, entities: unknown): FormattedText {
  if (Buffer.byteLength(source) > MAX_SOURCE_BYTES) throw badRequest("Text is too long");
  const formatted =
    parseMode === "" || parseMode.toLowerCase() === "none" ? withOwn(source, entities) : parsed(source, parseMode);
  return withDetected(trimmed(formatted));
}

function parsed(source: string, parseMode: string): FormattedText {
  try {
    switch (parseMode.toLowerCase()) {
      case "html":
        return parseHtml(source);
      case "markdown":
        return parseMarkdown(source);
      case "markdownv2":
        return parseMarkdownV2(source);
      default:
        throw badRequest("Unsupported parse_mode");
    }
  } catch (error) {
    if (error instanceof MarkupError) throw badRequest(`can't parse entities: ${error.message}`);
    throw error;
  }
}

function withOwn(text: string, given: unknown): FormattedText {
  const entities = (Array.isArray(given) ? given : []).flatMap((one: unknown) => ownEntity(one, text));
  return { text, entities: sorted(entities) };
}

function ownEntity(given: unknown, text: string): Entity[] {
  if (!isRecord(given)) throw badRequest("Can't parse MessageEntity: expected an Object");
  const [type, offset, length] = [stringAt(given, "type"), numberAt(given, "offset"), numberAt(given, "length")];
  if (type === undefined || offset === undefined || length === undefined)
    throw badRequest(`Can't parse MessageEntity: can't find field "${missing(given)}"`);
  if (offset < 0) throw badRequest(`Receive an entity with incorrect offset ${offset}`);
  if (length < 0) throw badRequest(`Receive an entity with incorrect length ${length}`);
  if (length === 0 || !REQUESTABLE.has(type)) return [];
  checkPlace(text, offset, offset + length);
  return [{ type, offset, length, ...extras(type, given) }];
}

function missing(given: JsonRecord): string {
  return ["type", "offset", "length"].find((name) => given[name] === undefined) ?? "type";
}

function checkPlace(text: string, from: number, to: number): void {
  const start = `Entity beginning at UTF-16 offset ${from}`;
  if (to > text.length) throw badRequest(`${start} ends after the end of the text at UTF-16 offset ${to}`);
  if (isInsideCharacter(text, from)) throw badRequest(`${start} begins in a middle of a UTF-16 symbol`);
  if (isInsideCharacter(text, to))
    throw badRequest(`${start} ends in a middle of a UTF-16 symbol at UTF-16 offset ${to}`);
}

function isInsideCharacter(text: string, at: number): boolean {
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}

function extras(type: string, given: JsonRecord): Partial<Entity> {
  const [url, language, emoji] = [
    stringAt(given, "url"),
    stringAt(given, "language"),
    stringAt(given, "custom_emoji_id"),
  ];
  const user = recordAt(given, "user");
  switch (type) {
    case "text_link":
      if (url === undefined || url === "") throw badRequest("Can't parse MessageEntity: Can't find field \"url\"");
      return { url };
    case "pre":
      return language === undefined || language === "" ? {} : { language };
    case "text_mention":
      return user === undefined ? {} : { user };
    case "custom_emoji":
      return emoji === undefined ? {} : { custom_emoji_id: emoji };
    default:
      return {};
  }
}
