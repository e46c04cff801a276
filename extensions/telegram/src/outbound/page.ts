import type { MessageEntity } from "grammy/types";

/** Text and its formatting. Offsets and lengths are UTF-16 units. */
export interface Formatted {
  readonly text: string;
  readonly entities: MessageEntity[];
}

/** One span of formatting that is open: made once, so that two spans side by side stay two. */
export type Style =
  | { readonly type: "bold" | "italic" | "strikethrough" | "code" | "blockquote" }
  | { readonly type: "pre"; readonly language?: string }
  | { readonly type: "text_link"; readonly url: string };

/** Collects text; entities follow from the styles each piece was written with, so they nest and never overlap by half. */
export interface Page {
  readonly length: number;
  write(text: string, styles: readonly Style[]): void;
  /** Without blank ends. */
  finish(): Formatted;
}

export function createPage(): Page {
  const open = new Map<Style, number>();
  const entities: MessageEntity[] = [];
  let text = "";

  function close(style: Style): void {
    const offset = open.get(style) ?? 0;
    open.delete(style);
    entities.push({ ...style, offset, length: text.length - offset });
  }

  return {
    get length() {
      return text.length;
    },
    write(words, styles) {
      if (words === "") return;
      const wanted = allowed(styles);
      for (const style of open.keys()) if (!wanted.includes(style)) close(style);
      for (const style of wanted) if (!open.has(style)) open.set(style, text.length);
      text += words;
    },
    finish() {
      for (const style of open.keys()) close(style);
      const whole = text.trimEnd();
      const start = whole.length - whole.trimStart().length;
      return {
        text: whole.slice(start),
        entities: entities.flatMap((entity) => clip(entity, start, whole.length)).sort(outerFirst),
      };
    },
  };
}

/**
 * What may stand together: code takes no other formatting, in a link it is words like others, quotes do not nest.
 *
 * @see https://core.telegram.org/bots/api#formatting-options (read 2026-08)
 */
function allowed(styles: readonly Style[]): readonly Style[] {
  const first = styles.filter((style, index) => styles.findIndex(({ type }) => type === style.type) === index);
  const has = (type: Style["type"]) => first.some((style) => style.type === type);
  if (has("pre")) return first.filter(({ type }) => type === "pre" || type === "blockquote");
  if (!has("code")) return first;
  // A link is kept whole: cut in two it would overlap what is around it by half.
  return first.filter(({ type }) => (has("text_link") ? type !== "code" : type === "code" || type === "blockquote"));
}

function clip(entity: MessageEntity, start: number, end: number): MessageEntity[] {
  const from = Math.max(entity.offset, start);
  const to = Math.min(entity.offset + entity.length, end);
  return to > from ? [{ ...entity, offset: from - start, length: to - from }] : [];
}

function outerFirst(left: MessageEntity, right: MessageEntity): number {
  return left.offset - right.offset || right.length - left.length;
}
