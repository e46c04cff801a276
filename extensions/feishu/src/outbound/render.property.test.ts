import fc from "fast-check";
import { expect, test } from "vitest";
import { cardMarkdown } from "./card-markdown.ts";
import { writeMentions } from "./mention.ts";
import { renderings } from "./render.ts";

const SIGNS = ["[", "![", "![a](", "](", "`", "~~", "<", "<at ", "*", "_", "-|", "> ", "\\", "a ", "@", "\n"];

/** So long a text takes milliseconds of work; what looks back or ahead without a bound takes many seconds. */
const TIMES = 30_000;
const WITHIN_US = 5_000_000;

test.each([...SIGNS.map((sign) => sign.repeat(TIMES)), `a|b\n-|-${" ".repeat(TIMES)}x`, `a|b\n${"-".repeat(TIMES)}x`])(
  "a long line of signs is rendered at once (%#)",
  (text) => {
    const before = process.threadCpuUsage();
    expect(cardMarkdown(text)).toBeTypeOf("string");
    for (const form of ["card", "text"] as const) expect(writeMentions(text, form)).toBeTypeOf("string");
    expect(process.threadCpuUsage(before).user).toBeLessThan(WITHIN_US);
  },
);

test("any markdown has a rendering in JSON, and words without signs stay as they are", () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...SIGNS), fc.string()), { maxLength: 30 });
  fc.assert(
    fc.property(text, fc.constantFrom("auto", "card", "post", "text"), (parts, mode) => {
      const ways = renderings({ type: "markdown", markdown: parts.join("") }, mode);
      expect(ways.length).toBeGreaterThan(0);
    }),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z ]*$/), (words) => {
      expect([cardMarkdown(words), writeMentions(words, "card")]).toEqual([words, words]);
    }),
  );
});
