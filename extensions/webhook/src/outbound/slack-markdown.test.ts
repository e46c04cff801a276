import { expect, test } from "vitest";
import { slackMarkdown } from "./slack-markdown.ts";

test.each([
  ["**bold** and *italic* and ~~gone~~", "*bold* and _italic_ and ~gone~"],
  ["# Title\n\nwords", "*Title*\n\nwords"],
  ["# **Bold** title", "*Bold title*"],
  ["[words](https://example.com/?a=1&b=2)", "<https://example.com/?a=1&amp;b=2|words>"],
  ["<https://example.com>", "<https://example.com>"],
  ["![chart](https://example.com/c.png)", "<https://example.com/c.png|chart>"],
  ["`a < b` & c", "`a &lt; b` &amp; c"],
  ["```js\nif (a < b) {}\n```", "```\nif (a &lt; b) {}\n```"],
  ["- one\n- two\n  1. deep\n  2. deeper", "• one\n• two\n    1. deep\n    2. deeper"],
  ["```\na\n\n\nb\n```\nafter", "```\na\n\n\nb\n```\n\nafter"],
  ["> - in a quote\n> - again", "> • in a quote\n> • again"],
  ["3. three\n4. four", "3. three\n4. four"],
  ["> quoted\n> twice\n\nafter", "> quoted\n> twice\n\nafter"],
  ["| a | b |\n|---|---|\n| 1 | **2** |", "a | b\n1 | *2*"],
  ["one\n\n---\n\ntwo", "one\n\n———\n\ntwo"],
  ["first\nsecond", "first\nsecond"],
  ["**“强调”**文字", "*“强调”*文字"],
  ["", ""],
])("%j is written %j", async (markdown, expected) => {
  expect(await slackMarkdown(markdown)).toBe(expected);
});

test.each(["<!channel>", "<@U012345>", "[all](!channel)", "[all](<!here>)", "![x](@U012345)", "[a|b](https://x.org)"])(
  "%s mentions nobody",
  async (markdown) => {
    const written = await slackMarkdown(markdown);
    expect(written).not.toMatch(/<[!@#]/);
    for (const link of written.match(/<[^>]*>/g) ?? []) expect(link.split("|")).toHaveLength(2);
  },
);
