import { expect, test } from "vitest";
import { withoutMention } from "./mention.ts";

test.each([
  ["the first word", "@Loong status?", "status?"],
  ["a Chinese name", "@小龙 你好", "你好"],
  ["a name with spaces that a client completed", "@Loong Bot\u2005status?", "status?"],
  ["the same with a no-break space", "@Loong Bot\u00a0status?", "status?"],
  ["only the mention", "@Loong", ""],
  ["only at the beginning", "ask @Ben", "ask @Ben"],
  ["a line end after it", "@Loong\nstatus?", "status?"],
  ["a name that is completed further down", "@Loong say\n@Ben\u2005hi", "say\n@Ben\u2005hi"],
])("without a name: %s", (_what, text, rest) => {
  expect(withoutMention(text, undefined)).toBe(rest);
});

test.each([
  ["a name with spaces", "@Loong Bot status?", "status?"],
  ["in the middle", "so @Loong Bot what now", "so what now"],
  ["at the end", "what now @Loong Bot", "what now"],
  ["not a longer name", "@Loong Botanist hi @Loong Bot", "@Loong Botanist hi"],
  ["a name that is not there after all", "@Other hi", "hi"],
])("with a name: %s", (_what, text, rest) => {
  expect(withoutMention(text, "Loong Bot")).toBe(rest);
});
