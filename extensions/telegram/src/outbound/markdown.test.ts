import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_TEXT, renderMarkdown } from "./markdown.ts";
import type { Formatted } from "./page.ts";

/** Each entity as its kind and the words it covers. */
function spans({ text, entities }: Formatted) {
  return entities.map((entity) => [entity.type, text.slice(entity.offset, entity.offset + entity.length)]);
}

test.each([
  ["plain words", "plain words", []],
  [
    "**bold** and *italic*",
    "bold and italic",
    [
      ["bold", "bold"],
      ["italic", "italic"],
    ],
  ],
  [
    "~~gone~~ `code`",
    "gone code",
    [
      ["strikethrough", "gone"],
      ["code", "code"],
    ],
  ],
  ["# Title\ntext", "Title\n\ntext", [["bold", "Title"]]],
  ["one\n\ntwo\nthree", "one\n\ntwo\nthree", []],
  ["a\\*b &amp; <b>c</b>", "a*b & <b>c</b>", []],
  ["**“粗体”**文字", "“粗体”文字", [["bold", "“粗体”"]]],
  ["🙂 **🚀🚀** done", "🙂 🚀🚀 done", [["bold", "🚀🚀"]]],
  ["a\n\n---\n\nb", "a\n\n———\n\nb", []],
])("%j reads %j", async (markdown, text, expected) => {
  const rendered = await renderMarkdown(markdown);
  expect(rendered.text).toBe(text);
  expect(spans(rendered)).toEqual(expected);
});

describe("blocks", () => {
  test("lists keep their marks and their depth", async () => {
    const { text } = await renderMarkdown(
      "- one\n- two\n  - inner\n    1. deep\n    2. deeper\n- three\n\n7. seven\n8. eight",
    );
    expect(text).toBe("• one\n• two\n  • inner\n    1. deep\n    2. deeper\n• three\n\n7. seven\n8. eight");
  });

  test("code keeps its lines and its language", async () => {
    const rendered = await renderMarkdown("see:\n```ts\nconst a = `b`;\n\n  *c*\n```\nend");
    expect(rendered.text).toBe("see:\n\nconst a = `b`;\n\n  *c*\n\nend");
    expect(rendered.entities).toEqual([{ type: "pre", language: "ts", offset: 6, length: 21 }]);
  });

  test("code in a list stands on lines of its own", async () => {
    const rendered = await renderMarkdown("1. run\n\n   ```sh\n   ls\n   ```\n2. ```\n   x\n   ```");
    expect(rendered.text).toBe("1. run\n\nls\n2. \nx");
    expect(spans(rendered)).toEqual([
      ["pre", "ls"],
      ["pre", "x"],
    ]);
  });

  test("quotes hold their paragraphs together and do not nest", async () => {
    const rendered = await renderMarkdown("before\n\n> one\n>\n> **two**\n> > three\n\nafter");
    expect(rendered.text).toBe("before\n\none\n\ntwo\n\nthree\n\nafter");
    expect(spans(rendered)).toEqual([
      ["blockquote", "one\n\ntwo\n\nthree"],
      ["bold", "two"],
    ]);
  });

  test("tables are set in letters of one width", async () => {
    const rendered = await renderMarkdown("| 名称 | n |\n|---|--:|\n| a **b** | 1 |\n| 长名字 | 22 |");
    expect(rendered.text).toBe("名称   | n\n-------+---\na b    | 1\n长名字 | 22");
    expect(rendered.entities).toEqual([{ type: "pre", offset: 0, length: rendered.text.length }]);
  });

  test("an unfinished block is shown as far as it has come", async () => {
    expect(await renderMarkdown("```js\nlet a")).toMatchObject({
      text: "let a",
      entities: [{ type: "pre", language: "js" }],
    });
    expect((await renderMarkdown("- a\n-")).text).toBe("• a\n•");
  });
});

describe("links", () => {
  test("lead where they say", async () => {
    const rendered = await renderMarkdown("[docs **here**](https://example.com/a?b=c) and <https://example.com>");
    expect(rendered.text).toBe("docs here and https://example.com");
    expect(rendered.entities).toEqual([
      { type: "text_link", url: "https://example.com/a?b=c", offset: 0, length: 9 },
      { type: "bold", offset: 5, length: 4 },
    ]);
  });

  test.each([
    ["[run](http://localhost:3000)", "run (http://localhost:3000)"],
    ["[mail](mailto:a@example.com)", "mail (mailto:a@example.com)"],
    ["[rel](/docs)", "rel (/docs)"],
    ["[](https://example.com)", "https://example.com"],
  ])("%s that Telegram would refuse are written out", async (markdown, text) => {
    expect((await renderMarkdown(markdown)).text).toBe(text);
  });

  test("pictures are links with their name", async () => {
    const rendered = await renderMarkdown("![logo](https://example.com/l.png)");
    expect(rendered.text).toBe("logo");
    expect(rendered.entities).toEqual([{ type: "text_link", url: "https://example.com/l.png", offset: 0, length: 4 }]);
  });

  test("code inside a link stays a link", async () => {
    expect(spans(await renderMarkdown("[`x`](https://example.com) **a `b` c**"))).toEqual([
      ["text_link", "x"],
      ["bold", "a "],
      ["code", "b"],
      ["bold", " c"],
    ]);
  });
});

describe("what fits as markdown fits", () => {
  test("a table loses its padding first", async () => {
    const wide = "w".repeat(300);
    const rows = Array.from({ length: 100 }, (_, n) => `|${n}|x|`).join("\n");
    const rendered = await renderMarkdown(`|a|${wide}|\n|-|-|\n${rows}`);
    expect(rendered.text).toContain("99 | x");
    expect(rendered.entities).toMatchObject([{ type: "pre" }]);
  });

  test("at last it goes out as it is", async () => {
    const markdown = "a\n***\n".repeat(Math.floor(MAX_TEXT / 6)).trim();
    const rendered = await renderMarkdown(markdown);
    expect(rendered).toEqual({ text: markdown, entities: [] });
  });

  test("4096 plain characters are one message", async () => {
    expect((await renderMarkdown("字".repeat(MAX_TEXT))).text).toHaveLength(MAX_TEXT);
  });
});

const fragments = fc.constantFrom(
  ..."**|*|_|~~|`|```|```ts\n|# |- |  - |1. |> |\n|\n\n| |[|](https://a.example)|](x)|![|\\|&amp;|<b>|---|🙂|e\u0301|字|“|word|\ud83d|\r\n|\t|    ".split(
    "|",
  ),
  "| a | b |\n|---|---|\n| c | d |",
  "|",
);
const anyMarkdown = fc
  .oneof(
    {
      weight: 19,
      arbitrary: fc.array(
        fc.oneof({ weight: 5, arbitrary: fragments }, fc.string({ unit: "grapheme", maxLength: 8 })),
        { maxLength: 60 },
      ),
    },
    { weight: 1, arbitrary: fc.array(fragments, { minLength: 1_000, maxLength: 1_500 }) },
  )
  .map((parts) => parts.join("").slice(0, MAX_TEXT));

test("any markdown gives a message that Telegram takes", async () => {
  await fc.assert(
    fc.asyncProperty(anyMarkdown, async (markdown) => {
      const { text, entities } = await renderMarkdown(markdown);
      expect(text.length).toBeLessThanOrEqual(MAX_TEXT);
      expect(text.isWellFormed()).toBe(true);
      expect(text === "").toBe(markdown.trim() === "");
      const ends: number[] = [];
      let last = 0;
      for (const { offset, length, type } of entities) {
        expect(length).toBeGreaterThan(0);
        expect(offset).toBeGreaterThanOrEqual(last);
        last = offset;
        const end = offset + length;
        expect(end).toBeLessThanOrEqual(text.length);
        for (const edge of [offset, end]) expect(/[\uDC00-\uDFFF]/.test(text[edge] ?? "")).toBe(false);
        while (ends.length > 0 && (ends.at(-1) ?? 0) <= offset) ends.pop();
        expect(end, `${type} ends inside of what it began in`).toBeLessThanOrEqual(ends.at(-1) ?? text.length);
        ends.push(end);
      }
    }),
    { numRuns: 300 },
  );
});
