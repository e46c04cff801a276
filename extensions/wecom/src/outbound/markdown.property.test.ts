import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeText, renderMarkdown } from "./markdown.ts";
import { fitted, MAX_BYTES } from "./words.ts";

const SIGNS = [
  "[",
  "![",
  "](",
  "`",
  "~~",
  "~~a ",
  "<",
  "*",
  "_",
  "|",
  "> ",
  "\\",
  "a ",
  "@",
  "&",
  "\n",
  " ",
  "<a@.",
  ".a",
  "``a",
  "\uFFFD",
];

/** So long a text takes milliseconds of work; what looks back or ahead without a bound takes many seconds. */
const TIMES = 30_000;
const WITHIN_US = 5_000_000;

test.each(SIGNS)("%j without end is rendered at once", (sign) => {
  const before = process.threadCpuUsage();
  for (const write of [renderMarkdown, escapeText, fitted]) expect(write(sign.repeat(TIMES))).toBeTypeOf("string");
  expect(process.threadCpuUsage(before).user).toBeLessThan(WITHIN_US);
});

test("any text fits, and words without signs stay as they are", () => {
  const text = fc.array(fc.oneof(fc.constantFrom(...SIGNS), fc.string()), { maxLength: 30 });
  fc.assert(
    fc.property(text, (parts) => {
      expect(Buffer.byteLength(fitted(parts.join("").repeat(300)))).toBeLessThanOrEqual(MAX_BYTES);
    }),
  );
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z ]*$/), (words) => {
      expect([escapeText(words), renderMarkdown(words)]).toEqual([words, words]);
    }),
  );
});
