import { expect, test } from "vitest";
import { endOfBlock } from "./blocks.ts";

const long = "word ".repeat(70).trim();

test.each([
  ["nothing yet", "", 0],
  ["a paragraph that may still grow", long, 0],
  ["a paragraph that is over, and long enough", `${long}\n\nand`, long.length + 2],
  ["two paragraphs that are over", `${long}\n\nshort\n\nand`, long.length + 2 + 7],
  ["a short paragraph waits for the next", "short\n\nand", 0],
  ["nothing is cut inside a fence", `${long}\n\n\`\`\`ts\ncode\n\nmore`, long.length + 2],
  ["a fence that is closed belongs to its block", `\`\`\`\n${long}\n\n\`\`\`\n\nand`, long.length + 11],
])("a block ends: %s", (_, text, end) => {
  expect(endOfBlock(text)).toBe(end);
  expect(text.slice(0, endOfBlock(text)).endsWith("\n\n")).toBe(end > 0);
});
