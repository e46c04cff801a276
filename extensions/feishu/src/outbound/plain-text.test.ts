import { expect, test } from "vitest";
import { plainText } from "./plain-text.ts";

test("keeps the words and the shape of what was formatted", async () => {
  const markdown = [
    "# Plan",
    "Do **this** and _that_, see [docs](https://example.com) and <https://a.example>.",
    "",
    "1. one",
    "2. two",
    "   - inner",
    "",
    "```js",
    "let x = 1;",
    "```",
    "| a | b |",
    "|---|---|",
    "| 1 | `2` |",
    "",
    "> quoted",
    "",
    "---",
    "![cat](https://example.com/c.png)",
  ].join("\n");
  expect(await plainText(markdown)).toBe(
    [
      "Plan",
      "",
      "Do this and that, see docs (https://example.com) and https://a.example.",
      "",
      "1. one",
      "2. two",
      "  • inner",
      "let x = 1;",
      "a | b",
      "1 | 2",
      "",
      "quoted",
      "",
      "———",
      "cat (https://example.com/c.png)",
    ].join("\n"),
  );
});

test("knows Chinese punctuation around emphasis", async () => {
  expect(await plainText("**“发布”**完成，**重要：**看这里")).toBe("“发布”完成，重要：看这里");
});
