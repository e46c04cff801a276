import type { JsonRecord } from "@loong/emulator-kit";

/** A `MessageEntity`; offset and length count UTF-16 code units. */
export interface Entity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
  readonly user?: JsonRecord;
  readonly custom_emoji_id?: string;
}

export interface FormattedText {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** Types a sender may ask for; the others are found by the platform. */
export const REQUESTABLE: ReadonlySet<string> = new Set([
  "bold",
  "italic",
  "underline",
  "strikethrough",
  "spoiler",
  "blockquote",
  "expandable_blockquote",
  "code",
  "pre",
  "text_link",
  "text_mention",
  "custom_emoji",
  "date_time",
]);

const CLOSED_TYPES: ReadonlySet<string> = new Set(["code", "pre", "text_link", "text_mention"]);

/** Earlier rules win where two would overlap. */
const RULES: readonly { readonly type: string; readonly pattern: RegExp }[] = [
  {
    type: "url",
    pattern:
      /(?<![\p{L}\d@])(?:https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'»]|(?:[a-z\d-]+\.)+(?:com|org|net|io|dev|me|cn)(?:\/[^\s<>"]*[^\s<>".,;:!?)\]'])?(?![\w@]))/giu,
  },
  { type: "email", pattern: /[\w.+-]+@[\w-]+\.[\w.-]*[a-z]/giu },
  { type: "bot_command", pattern: /(?<![\p{L}\d/<>@])\/\w{1,64}(?:@\w{3,32})?(?![\w/])/gu },
  { type: "mention", pattern: /(?<![\w@/])@[a-z]\w{2,31}(?!\w)/giu },
  { type: "hashtag", pattern: /(?<![\p{L}\d_#&])#(?=[\p{L}\d_]*\p{L})[\p{L}\d_]{1,256}/gu },
  { type: "cashtag", pattern: /(?<![\p{L}\d$])\$[A-Z]{3,8}(?![\p{L}\d])/gu },
];

/** Adds the entities the platform finds by itself: mentions, commands, links, tags. */
export function withDetected({ text, entities }: FormattedText): FormattedText {
  const taken = entities.filter(({ type }) => CLOSED_TYPES.has(type));
  const found: Entity[] = [];
  for (const { type, pattern } of RULES) {
    for (const match of text.matchAll(pattern)) {
      const one = { type, offset: match.index, length: match[0].length };
      if (![...taken, ...found].some((other) => overlap(one, other))) found.push(one);
    }
  }
  return { text, entities: sorted([...entities, ...found]) };
}

function overlap(a: Entity, b: Entity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

/** In the platform's order: by place, the outer one first. */
export function sorted(entities: readonly Entity[]): Entity[] {
  return [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

/** Without spaces and line breaks at both ends; entities move along or vanish. */
export function trimmed({ text, entities }: FormattedText): FormattedText {
  const kept = text.trimEnd();
  const start = kept.length - kept.trimStart().length;
  const inner = kept.slice(start);
  return { text: inner, entities: entities.flatMap((entity) => within(entity, start, inner.length)) };
}

function within(entity: Entity, start: number, length: number): Entity[] {
  const from = Math.max(0, entity.offset - start);
  const to = Math.min(length, entity.offset + entity.length - start);
  return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
}
