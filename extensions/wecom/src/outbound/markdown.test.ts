import { describe, expect, test } from "vitest";
import { escapeText, renderMarkdown } from "./markdown.ts";

describe("markdown", () => {
  test.each([
    [
      "what is the same stays",
      "# T\n\n**b** *i* `c`\n> q\n\n1. a\n\n| a | b |\n|---|---|\n| 1 | 2 |\n![p](https://x/p.png)",
    ],
    ["code stays as it is", "```\n~~x~~ <https://x>\n- [ ] y\n```"],
    ["code in a line too", "`~~x~~` and ``a ` <https://x>``"],
    ["a fence inside a longer one", "````\n```\n~~x~~\n````"],
  ])("%s", (_what, markdown) => {
    expect(renderMarkdown(markdown)).toBe(markdown);
  });

  test.each([
    ["~~gone~~ words", "gone words"],
    ["- [ ] open\n- [x] done", "- ☐ open\n- ☑ done"],
    ["see <https://example.com/a>", "see [https://example.com/a](https://example.com/a)"],
    ["write to <ann@example.com>", "write to ann@example.com"],
  ])("%s", (markdown, written) => {
    expect(renderMarkdown(markdown)).toBe(written);
  });

  test.each(["<think>", "</think>", "<THINK>", "<@all>", "`<think>`"])("%s is disarmed", (sign) => {
    const written = renderMarkdown(`a ${sign} b`);
    expect(written).not.toContain(sign);
    expect(written.replaceAll("\u2060", "")).toBe(`a ${sign} b`);
  });

  test("people can be mentioned", () => {
    expect(renderMarkdown("<@zhangsan> look")).toBe("<@zhangsan> look");
  });
});

describe("text", () => {
  test.each([
    "hello, world",
    "2 * 3 = 6",
    "snake_case_name",
    "a - b",
    "文字，没有标记。",
    "50% (of 100)",
    "C:\\dir",
    "a < b > c",
  ])("%s needs no sign", (text) => {
    expect(escapeText(text)).toBe(text);
  });

  test.each([
    ["**not bold**", "\\*\\*not bold\\*\\*"],
    ["_not italic_", "\\_not italic\\_"],
    ["`no code`", "\\`no code\\`"],
    ["# no title", "\\# no title"],
    ["> no quote", "\\> no quote"],
    ["- no list\n+ none", "\\- no list\n\\+ none"],
    ["1. no list", "1\\. no list"],
    ["---", "\\---"],
    ["[no](link)", "\\[no](link)"],
    ["~~here~~", "\\~~here\\~~"],
    ["<b>", "\\<b>"],
    ["a\\*b", "a\\\\\\*b"],
  ])("%s is shown as it is", (text, written) => {
    expect(escapeText(text)).toBe(written);
  });
});
