import { describe, expect, test } from "vitest";
import { fits, isPlain, renderings } from "./render.ts";

async function all(content: Parameters<typeof renderings>[0], mode: Parameters<typeof renderings>[1] = "auto") {
  return Promise.all(
    renderings(content, mode).map(async (way) => {
      const { type, content: json } = await way.write();
      return [type, JSON.parse(json) as unknown] as const;
    }),
  );
}
const markdown = (text: string) => ({ type: "markdown", markdown: text }) as const;

describe("an answer", () => {
  test("without formatting is a text", async () => {
    expect(await all(markdown("好的，明天见 👋"))).toEqual([["text", { text: "好的，明天见 👋" }]]);
  });

  test("with formatting is a card, else rich text, else plain text", async () => {
    expect(await all(markdown("**hi** all"))).toEqual([
      [
        "interactive",
        {
          schema: "2.0",
          config: { update_multi: true },
          body: { elements: [{ tag: "markdown", content: "**hi** all" }] },
        },
      ],
      ["post", { zh_cn: { content: [[{ tag: "md", text: "**hi** all" }]] } }],
      ["text", { text: "hi all" }],
    ]);
  });

  test.each([
    ["card", ["interactive", "post", "text"]],
    ["post", ["post", "text"]],
    ["text", ["text"]],
  ] as const)("takes the form %s when told to", async (mode, types) => {
    expect((await all(markdown("hi"), mode)).map(([type]) => type)).toEqual(types);
  });
});

test("text stays word for word", async () => {
  expect(await all({ type: "text", text: '**not bold** <at user_id="all"></at>' }, "card")).toEqual([
    ["text", { text: "**not bold** @all" }],
  ]);
});

test("a card of the author's goes out as it is, with its words to fall back to", async () => {
  const card = { elements: [{ tag: "div", text: { tag: "lark_md", content: "<at id=all></at>" } }] };
  expect(await all({ type: "card", card, fallbackText: "plain" })).toEqual([
    ["interactive", card],
    ["text", { text: "plain" }],
  ]);
});

test.each([
  "a *b*",
  "`x`",
  "# t",
  "- x",
  "1. x",
  "1) x",
  "a\n---",
  "[a](b)",
  "a | b",
  "> q",
  "a\\*b",
  "    code",
  "_x_",
  "~x~",
  "<b>",
])("%j is not plain", (text) => {
  expect(isPlain(text)).toBe(false);
});

test("long answers are easier to read in a card", () => {
  expect(isPlain("words ".repeat(300))).toBe(true);
  expect(isPlain("words ".repeat(400))).toBe(false);
});

test("a card must fit 30 KB and a text 150 KB, as they are encoded", () => {
  const content = (text: string) => JSON.stringify({ text });
  expect(fits({ type: "interactive", content: content("x".repeat(29_000)) })).toBe(true);
  expect(fits({ type: "interactive", content: content('"'.repeat(9_000)) })).toBe(false);
  expect(fits({ type: "text", content: content("x".repeat(150_000)) })).toBe(true);
  expect(fits({ type: "text", content: content("字".repeat(60_000)) })).toBe(false);
});
