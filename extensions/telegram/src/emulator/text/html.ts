import { sorted, type Entity, type FormattedText } from "./entities.ts";
import { linkEntity } from "./links.ts";
import { byteOffset, MarkupError } from "./parse-error.ts";

interface Tag {
  readonly name: string;
  /** Where its text starts, in the text. */
  readonly offset: number;
  readonly attributes: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  span: "spoiler",
  "tg-spoiler": "spoiler",
  "tg-emoji": "custom_emoji",
  "tg-time": "date_time",
  a: "text_link",
  pre: "pre",
  code: "code",
  blockquote: "blockquote",
};

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

/**
 * Reads the `HTML` parse mode.
 *
 * @throws MarkupError with the platform's words.
 * @see https://core.telegram.org/bots/api#html-style (read 2026-11)
 */
export function parseHtml(source: string): FormattedText {
  const open: Tag[] = [];
  const entities: Entity[] = [];
  let text = "";
  let at = 0;
  while (at < source.length) {
    const character = source.charAt(at);
    if (character === "<") {
      const end = source.startsWith("</", at);
      const tag = end ? readEnd(source, at, open) : readStart(source, at, text.length);
      if (end) close(open, entities, text);
      else open.push(tag.tag);
      at = tag.next;
    } else {
      const reference = character === "&" ? decodeReference(source, at) : undefined;
      text += reference?.text ?? character;
      at = reference?.next ?? at + 1;
    }
  }
  const left = open.at(-1);
  if (left !== undefined) throw new MarkupError(`Can't find end tag corresponding to start tag "${left.name}"`);
  return { text, entities: sorted(entities.map(withoutCodeLanguage)) };
}

function readStart(source: string, start: number, offset: number): { readonly tag: Tag; readonly next: number } {
  const place = `at byte offset ${byteOffset(source, start)}`;
  const [whole, rawName = ""] = /^<([^\s>]*)/.exec(source.slice(start)) ?? [""];
  if (start + whole.length >= source.length) throw new MarkupError(`Unclosed start tag ${place}`);
  const name = rawName.toLowerCase();
  if (TYPES[name] === undefined) throw new MarkupError(`Unsupported start tag "${name}" ${place}`);
  const { attributes, next } = readAttributes(source, start + whole.length, name, place);
  if (name === "span" && attributes["class"] !== "tg-spoiler")
    throw new MarkupError(`Tag "span" must have class "tg-spoiler" ${place}`);
  return { tag: { name, offset, attributes }, next };
}

const ATTRIBUTE = /^\s*([^\s=>]*)\s*(?:(=)\s*("[^"]*"|'[^']*'|[\w.-]*))?/;

function readAttributes(
  source: string,
  from: number,
  name: string,
  place: string,
): { readonly attributes: Record<string, string>; readonly next: number } {
  const attributes: Record<string, string> = {};
  let at = from;
  for (;;) {
    at += /^\s*/.exec(source.slice(at))?.[0].length ?? 0;
    if (source.charAt(at) === ">") return { attributes, next: at + 1 };
    if (at >= source.length) throw new MarkupError(`Unclosed start tag "${name}" ${place}`);
    const [whole = "", key = "", equals, value = ""] = ATTRIBUTE.exec(source.slice(at)) ?? [];
    if (key === "") throw new MarkupError(`Empty attribute name in the tag "${name}" ${place}`);
    if (equals === undefined && key !== "expandable")
      throw new MarkupError(`Expected equal sign in declaration of an attribute of the tag "${name}" ${place}`);
    attributes[key.toLowerCase()] = decoded(/^["']/.test(value) ? value.slice(1, -1) : value.toLowerCase());
    at += whole.length;
  }
}

function readEnd(source: string, start: number, open: readonly Tag[]): { readonly tag: Tag; readonly next: number } {
  const place = `at byte offset ${byteOffset(source, start)}`;
  const tag = open.at(-1);
  if (tag === undefined) throw new MarkupError(`Unexpected end tag ${place}`);
  const [whole = "", rawName = "", end] = /^<\/([^\s>]*)\s*(>)?/.exec(source.slice(start)) ?? [];
  if (end === undefined) throw new MarkupError(`Unclosed end tag ${place}`);
  const name = rawName.toLowerCase();
  if (name !== "" && name !== tag.name)
    throw new MarkupError(`Unmatched end tag ${place}, expected "</${tag.name}>", found "</${name}>"`);
  return { tag, next: start + whole.length };
}

function close(open: Tag[], entities: Entity[], text: string): void {
  const tag = open.pop();
  if (tag === undefined || text.length === tag.offset) return;
  const place = { offset: tag.offset, length: text.length - tag.offset };
  const last = entities.at(-1);
  const isSame = last?.offset === place.offset && last.length === place.length;
  switch (tag.name) {
    case "a":
      entities.push(...linkEntity(tag.attributes["href"] ?? text.slice(tag.offset), place.offset, place.length));
      return;
    case "pre":
      if (isSame && last.type === "code" && last.language !== undefined)
        entities[entities.length - 1] = { ...last, type: "pre" };
      else entities.push({ type: "pre", ...place });
      return;
    case "code":
      entities.push({ type: "code", ...place, ...languageOf(tag) });
      return;
    case "tg-emoji":
      entities.push({ type: "custom_emoji", ...place, custom_emoji_id: emojiOf(tag) });
      return;
    case "blockquote":
      entities.push({
        type: tag.attributes["expandable"] === undefined ? "blockquote" : "expandable_blockquote",
        ...place,
      });
      return;
    default:
      entities.push({ type: TYPES[tag.name] ?? tag.name, ...place });
  }
}

function languageOf(tag: Tag): { readonly language?: string } {
  const language = /^language-(.+)$/.exec(tag.attributes["class"] ?? "")?.[1];
  return language === undefined ? {} : { language };
}

function emojiOf(tag: Tag): string {
  const id = tag.attributes["emoji-id"] ?? "";
  if (!/^[1-9]\d*$/.test(id)) throw new MarkupError("Invalid custom emoji identifier specified");
  return id;
}

/** Only `pre` has a language. */
function withoutCodeLanguage(entity: Entity): Entity {
  return entity.type === "code" ? { type: "code", offset: entity.offset, length: entity.length } : entity;
}

/** What is no reference stays as it is. */
function decodeReference(source: string, at: number): { readonly text: string; readonly next: number } | undefined {
  const [whole, hex, decimal, name] = /^&(?:#x([\da-f]+)|#(\d+)|([a-z]+));?/i.exec(source.slice(at, at + 14)) ?? [];
  if (whole === undefined) return undefined;
  const code = hex === undefined ? Number(decimal ?? 0) : Number.parseInt(hex, 16);
  const text = name === undefined ? characterOf(code) : NAMED[name];
  return text === undefined ? undefined : { text, next: at + whole.length };
}

function characterOf(code: number): string | undefined {
  return code > 0 && code < 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function decoded(value: string): string {
  return value.replaceAll(/&(?:#x[\da-f]+|#\d+|[a-z]+);?/gi, (whole) => decodeReference(whole, 0)?.text ?? whole);
}
