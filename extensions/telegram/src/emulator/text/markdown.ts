import type { Entity, FormattedText } from "./entities.ts";
import { linkEntity } from "./links.ts";
import { byteOffset, MarkupError } from "./parse-error.ts";

const TYPES: Readonly<Record<string, string>> = { "*": "bold", _: "italic", "`": "code" };

/**
 * Reads the legacy `Markdown` parse mode: no nesting, and only `_*`[` can be escaped.
 *
 * @throws MarkupError when an entity has no end.
 * @see https://core.telegram.org/bots/api#markdown-style (read 2026-11)
 */
export function parseMarkdown(source: string): FormattedText {
  const entities: Entity[] = [];
  let text = "";
  let at = 0;
  while (at < source.length) {
    const character = source.charAt(at);
    if (character === "\\" && isMark(source.charAt(at + 1))) {
      text += source.charAt(at + 1);
      at += 2;
    } else if (isMark(character)) {
      const found = readEntity(source, at, text.length);
      text += found.text;
      entities.push(...found.entities);
      at = found.end;
    } else {
      text += character;
      at += 1;
    }
  }
  return { text, entities };
}

interface Found extends FormattedText {
  /** Where reading goes on. */
  readonly end: number;
}

function readEntity(source: string, start: number, offset: number): Found {
  const mark = source.charAt(start);
  if (source.startsWith("```", start)) return readPre(source, start, offset);
  const end = source.indexOf(mark === "[" ? "]" : mark, start + 1);
  if (end < 0) throw unclosed(source, start);
  const text = source.slice(start + 1, end);
  if (mark === "[") return readLink(source, end, text, offset);
  const entities = text === "" ? [] : [{ type: TYPES[mark] ?? "code", offset, length: text.length }];
  return { text, entities, end: end + 1 };
}

function readPre(source: string, start: number, offset: number): Found {
  const end = source.indexOf("```", start + 3);
  if (end < 0) throw unclosed(source, start);
  const inner = source.slice(start + 3, end);
  const language = /^[^\s`]+(?=\s)/.exec(inner)?.[0];
  const text = inner.slice(language?.length ?? 0).replace(/^(?:\r\n|\n\r|\n|\r)/, "");
  const entity = { type: "pre", offset, length: text.length, ...(language === undefined ? {} : { language }) };
  return { text, entities: text === "" ? [] : [entity], end: end + 3 };
}

function readLink(source: string, bracket: number, text: string, offset: number): Found {
  if (source.charAt(bracket + 1) !== "(")
    return { text, entities: linkEntity(text, offset, text.length), end: bracket + 1 };
  const close = source.indexOf(")", bracket + 2);
  const url = source.slice(bracket + 2, close < 0 ? undefined : close);
  const entities = text === "" ? [] : linkEntity(url, offset, text.length);
  return { text, entities, end: close < 0 ? source.length : close + 1 };
}

function isMark(character: string): boolean {
  return character !== "" && "_*`[".includes(character);
}

function unclosed(source: string, start: number): MarkupError {
  return new MarkupError(`Can't find end of the entity starting at byte offset ${byteOffset(source, start)}`);
}
