import { sorted, type Entity, type FormattedText } from "./entities.ts";
import { customEmojiId, linkEntity } from "./links.ts";
import { byteOffset, MarkupError } from "./parse-error.ts";

type Kind =
  | "Bold"
  | "Italic"
  | "Underline"
  | "Strikethrough"
  | "Spoiler"
  | "Code"
  | "Pre"
  | "PreCode"
  | "TextUrl"
  | "CustomEmoji"
  | "BlockQuote";

interface Open {
  readonly kind: Kind;
  /** Where it starts, in the source. */
  readonly at: number;
  /** Where it starts, in the text. */
  readonly offset: number;
  readonly language?: string;
}

const RESERVED = "_*[]()~`>#+-=|{}.!\n";
/** The words the platform's own messages use for these, and the entity types they become. */
const TYPES: Readonly<Record<Exclude<Kind, "TextUrl" | "CustomEmoji">, string>> = {
  Bold: "bold",
  Italic: "italic",
  Underline: "underline",
  Strikethrough: "strikethrough",
  Spoiler: "spoiler",
  Code: "code",
  Pre: "pre",
  PreCode: "pre",
  BlockQuote: "blockquote",
};

/**
 * Reads the `MarkdownV2` parse mode: entities nest, and every reserved character outside of one is an error.
 *
 * @throws MarkupError with the platform's words.
 * @see https://core.telegram.org/bots/api#markdownv2-style (read 2026-11)
 */
export function parseMarkdownV2(source: string): FormattedText {
  return new Reader(source).read();
}

class Reader {
  readonly #source: string;
  readonly #open: Open[] = [];
  readonly #entities: Entity[] = [];
  #text = "";
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): FormattedText {
    while (this.#at < this.#source.length) this.#step();
    if (this.#open.at(-1)?.kind === "BlockQuote") this.#closeQuote();
    const left = this.#open.at(-1);
    if (left !== undefined) throw this.#unclosed(left);
    return { text: this.#text, entities: sorted(this.#entities) };
  }

  #step(): void {
    const character = this.#source.charAt(this.#at);
    if (character === "\\" && isEscapable(this.#source.charAt(this.#at + 1))) {
      this.#text += this.#source.charAt(this.#at + 1);
      this.#at += 2;
    } else if (!this.#isReserved(character)) {
      this.#text += character;
      this.#at += 1;
    } else if (character === "\n") this.#newLine();
    else if (!this.#closeIfEnd()) this.#begin(character);
  }

  #isReserved(character: string): boolean {
    const kind = this.#open.at(-1)?.kind;
    const isCode = kind === "Code" || kind === "Pre" || kind === "PreCode";
    return isCode ? character === "`" : RESERVED.includes(character);
  }

  #next(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #take(marker: string): void {
    this.#at += marker.length;
  }

  /** A quotation goes on while lines begin with `>`. */
  #newLine(): void {
    const quoted = this.#open.some(({ kind }) => kind === "BlockQuote");
    const goesOn = this.#next("\n>");
    this.#take("\n");
    if (quoted && !goesOn) {
      const last = this.#open.at(-1);
      if (last?.kind !== "BlockQuote") throw this.#unclosed(last ?? { kind: "BlockQuote", at: 0, offset: 0 });
      this.#text += "\n";
      this.#closeQuote();
      return;
    }
    this.#text += "\n";
    if (!goesOn) return;
    this.#take(">");
    if (!quoted) this.#push("BlockQuote", this.#at - 1);
  }

  #closeQuote(): void {
    const quote = this.#open.pop();
    if (quote !== undefined) this.#add(quote, { type: "blockquote" });
  }

  #begin(character: string): void {
    const start = this.#at;
    if (this.#next("```")) this.#beginPre();
    else if (this.#next("__")) this.#push("Underline", start, "__");
    else if (this.#next("||")) this.#push("Spoiler", start, "||");
    else if (this.#next("![")) this.#push("CustomEmoji", start, "![");
    else if (character === "_") this.#push("Italic", start, "_");
    else if (character === "*") this.#push("Bold", start, "*");
    else if (character === "~") this.#push("Strikethrough", start, "~");
    else if (character === "`") this.#push("Code", start, "`");
    else if (character === "[") this.#push("TextUrl", start, "[");
    else if (character === ">" && start === 0) this.#push("BlockQuote", start, ">");
    else throw new MarkupError(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
  }

  #beginPre(): void {
    const start = this.#at;
    this.#take("```");
    const language = /^[^\s`]+(?=\s)/.exec(this.#source.slice(this.#at))?.[0];
    this.#take(language ?? "");
    this.#take(/^(?:\r\n|\n\r|\n|\r)/.exec(this.#source.slice(this.#at))?.[0] ?? "");
    this.#open.push({
      kind: language === undefined ? "Pre" : "PreCode",
      at: start,
      offset: this.#text.length,
      ...(language === undefined ? {} : { language }),
    });
  }

  #push(kind: Kind, at: number, marker = ""): void {
    this.#take(marker);
    this.#open.push({ kind, at, offset: this.#text.length });
  }

  #closeIfEnd(): boolean {
    const last = this.#open.at(-1);
    const marker = last === undefined ? undefined : this.#endMarker(last.kind);
    if (last === undefined || marker === undefined) return false;
    this.#open.pop();
    this.#take(marker);
    if (last.kind === "TextUrl") this.#entities.push(...this.#link(last));
    else if (last.kind === "CustomEmoji") this.#customEmoji(last);
    else {
      const { language } = last;
      this.#add(last, { type: TYPES[last.kind], ...(language === undefined ? {} : { language }) });
    }
    return true;
  }

  /** What closes the innermost entity, if that is what comes next. */
  #endMarker(kind: Kind): string | undefined {
    const marker = { ...SINGLE, Underline: "__", Spoiler: "||", Pre: "```", PreCode: "```", BlockQuote: undefined }[
      kind
    ];
    if (marker === undefined || !this.#next(marker)) return undefined;
    return kind === "Italic" && this.#next("__") ? undefined : marker;
  }

  #link({ offset }: Open): Entity[] {
    const length = this.#text.length - offset;
    const url = this.#next("(") ? this.#readUrl("a URL") : this.#text.slice(offset);
    return length === 0 ? [] : linkEntity(url, offset, length);
  }

  #customEmoji(emoji: Open): void {
    if (!this.#next("(")) throw new MarkupError("Custom emoji entity must contain a tg://emoji URL");
    const id = customEmojiId(this.#readUrl("a custom emoji URL"));
    if (id === undefined) throw new MarkupError("Custom emoji URL must have an emoji identifier");
    this.#add(emoji, { type: "custom_emoji", custom_emoji_id: id });
  }

  #readUrl(what: string): string {
    this.#take("(");
    const start = this.#at;
    const found = /^(?:\\[\x20-\x7e]|\\(?![\x20-\x7e])|[^)\\])*\)/.exec(this.#source.slice(start))?.[0];
    if (found === undefined)
      throw new MarkupError(`Can't find end of ${what} at byte offset ${byteOffset(this.#source, start)}`);
    this.#take(found);
    return found.slice(0, -1).replaceAll(/\\([\x20-\x7e])/g, "$1");
  }

  #add({ offset }: Open, facts: Omit<Entity, "offset" | "length">): void {
    const length = this.#text.length - offset;
    if (length > 0) this.#entities.push({ ...facts, offset, length });
  }

  #unclosed({ kind, at }: Open): MarkupError {
    return new MarkupError(`Can't find end of ${kind} entity at byte offset ${byteOffset(this.#source, at)}`);
  }
}

const SINGLE = { Bold: "*", Italic: "_", Strikethrough: "~", Code: "`", TextUrl: "]", CustomEmoji: "]" } as const;

/** A backslash makes any ASCII character plain. */
function isEscapable(character: string): boolean {
  const code = character.charCodeAt(0);
  return code > 0 && code <= 126;
}
