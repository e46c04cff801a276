import { describe, expect, test } from "vitest";
import { Refusal } from "../api/refusal.ts";
import { formatText } from "./formatted.ts";

const read = (source: string, mode: string) => formatText(source, mode, undefined);
const kinds = (source: string, mode: string): unknown[] => {
  const { text, entities } = read(source, mode);
  return [text, ...entities.map(({ type, offset, length }) => [type, text.slice(offset, offset + length)])];
};
function refusal(source: string, mode: string, entities?: unknown): string {
  try {
    formatText(source, mode, entities);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("HTML", () => {
  test("nests, decodes references and knows every tag", () => {
    expect(kinds("<b>bold <i>both</i></b> &lt;&#x1F600;&amp;", "HTML")).toEqual([
      "bold both <😀&",
      ["bold", "bold both"],
      ["italic", "both"],
    ]);
    expect(
      kinds(
        '<u>u</u><s>s</s><tg-spoiler>x</tg-spoiler><span class="tg-spoiler">y</span><code>c</code><blockquote expandable>q</blockquote>',
        "html",
      ),
    ).toEqual([
      "usxycq",
      ["underline", "u"],
      ["strikethrough", "s"],
      ["spoiler", "x"],
      ["spoiler", "y"],
      ["code", "c"],
      ["expandable_blockquote", "q"],
    ]);
  });

  test("gives a block of code its language and a link its address", () => {
    expect(read('<pre><code class="language-ts">let a</code></pre>', "HTML").entities).toEqual([
      { type: "pre", offset: 0, length: 5, language: "ts" },
    ]);
    expect(read('<a href="https://example.com/?a=1&amp;b=2">go</a>', "HTML").entities).toEqual([
      { type: "text_link", offset: 0, length: 2, url: "https://example.com/?a=1&b=2" },
    ]);
    expect(read('<a href="tg://user?id=42">Bo</a>', "HTML").entities).toMatchObject([
      { type: "text_mention", user: { id: 42 } },
    ]);
  });

  test.each([
    ["a <br> b", 'Unsupported start tag "br" at byte offset 2'],
    ["é <x>", 'Unsupported start tag "x" at byte offset 3'],
    ["<b>open", 'Can\'t find end tag corresponding to start tag "b"'],
    ["<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'],
    ["x</b>", "Unexpected end tag at byte offset 1"],
    ["1 < 2", 'Unsupported start tag "" at byte offset 2'],
    ["1 <b", "Unclosed start tag at byte offset 2"],
    ["<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ])("refuses %s", (source, words) => {
    expect(refusal(source, "HTML")).toBe(`Bad Request: can't parse entities: ${words}`);
  });
});

describe("MarkdownV2", () => {
  test("nests and unescapes", () => {
    expect(kinds("*bold _both_* __under__ ~gone~ ||hidden|| \\*plain\\*", "MarkdownV2")).toEqual([
      "bold both under gone hidden *plain*",
      ["bold", "bold both"],
      ["italic", "both"],
      ["underline", "under"],
      ["strikethrough", "gone"],
      ["spoiler", "hidden"],
    ]);
  });

  test("leaves code alone and reads blocks, quotations and links", () => {
    expect(kinds("`a*b_c` [site](https://example.com/a\\)b)", "MarkdownV2")).toEqual([
      "a*b_c site",
      ["code", "a*b_c"],
      ["text_link", "site"],
    ]);
    expect(read("```ts\nlet a\n```", "MarkdownV2").entities).toMatchObject([{ type: "pre", language: "ts" }]);
    expect(kinds(">one\n>two\nout", "MarkdownV2")).toEqual(["one\ntwo\nout", ["blockquote", "one\ntwo\n"]]);
  });

  test.each([
    ["1.5", "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ["a | b", "Character '|' is reserved and must be escaped with the preceding '\\'"],
    ["é *open", "Can't find end of Bold entity at byte offset 3"],
    ["[x](http://a", "Can't find end of a URL at byte offset 4"],
    ["`code", "Can't find end of Code entity at byte offset 0"],
  ])("refuses %s", (source, words) => {
    expect(refusal(source, "MarkdownV2")).toBe(`Bad Request: can't parse entities: ${words}`);
  });
});

describe("legacy Markdown", () => {
  test("reads its four entities", () => {
    expect(kinds("*b* _i_ `c` [l](example.com) snake\\_case", "Markdown")).toEqual([
      "b i c l snake_case",
      ["bold", "b"],
      ["italic", "i"],
      ["code", "c"],
      ["text_link", "l"],
    ]);
    expect(read("```js\nx\n```", "Markdown").entities).toMatchObject([{ type: "pre", language: "js" }]);
  });

  test("refuses an entity without an end", () => {
    expect(refusal("ab _cd", "Markdown")).toBe(
      "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 3",
    );
  });
});

describe("plain text", () => {
  test("is shown without spaces around it, entities move along", () => {
    const { text, entities } = formatText("  hi 😀 ", "", [{ type: "bold", offset: 2, length: 5 }]);
    expect([text, entities]).toEqual(["hi 😀", [{ type: "bold", offset: 0, length: 5 }]]);
  });

  test("gets the entities the platform finds", () => {
    expect(kinds("/start@loong_bot ask @ada_l #news $USD https://example.com/x, a@b.io", "")).toEqual([
      "/start@loong_bot ask @ada_l #news $USD https://example.com/x, a@b.io",
      ["bot_command", "/start@loong_bot"],
      ["mention", "@ada_l"],
      ["hashtag", "#news"],
      ["cashtag", "$USD"],
      ["url", "https://example.com/x"],
      ["email", "a@b.io"],
    ]);
    expect(formatText("`/no @one`", "Markdown", undefined).entities).toMatchObject([{ type: "code" }]);
  });

  test.each([
    [
      { type: "bold", offset: 0, length: 9 },
      "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9",
    ],
    [
      { type: "bold", offset: 1, length: 1 },
      "entity beginning at UTF-16 offset 1 begins in a middle of a UTF-16 symbol",
    ],
    [{ type: "bold", offset: -1, length: 1 }, "receive an entity with incorrect offset -1"],
    [{ type: "text_link", offset: 0, length: 2 }, "can't parse MessageEntity: Can't find field \"url\""],
  ])("refuses a wrong place: %o", (entity, words) => {
    expect(refusal("😀", "", [entity])).toBe(`Bad Request: ${words}`);
  });

  test("refuses more than 32 KiB and unknown modes", () => {
    expect(refusal("é".repeat(16_385), "")).toBe("Bad Request: text is too long");
    expect(refusal("x", "Markdown3")).toBe("Bad Request: unsupported parse_mode");
  });
});
