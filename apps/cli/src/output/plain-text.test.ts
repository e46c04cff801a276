import { expect, test } from "vitest";
import { plainMessage, plainText, terminalText } from "./plain-text.ts";

test.each([
  ["the cursor moved up and the line wiped", "Mallory\u001b[1A\u001b[2KAnn"],
  ["the window's title set", "Mallory\u001b]0;Ann\u0007"],
  ["a line of its own", "Mallory\nfeishu/default  approved  ou_ann"],
  ["a return to the beginning", "Mallory\rAnn"],
  ["another direction", "\u202eyrollaM"],
  ["characters nobody sees", "An\u200bn\u2060"],
  ["a line separator", "Mallory\u2028Ann"],
])("approval: a name with %s is shown with marks in it", (_what, name) => {
  expect(plainText(name)).toMatch(/\uFFFD/);
  expect(plainText(name)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

test("approval: names of any script stay as they are", () => {
  for (const name of ["Ada Lovelace", "艾达", "עדה", "آدا", "Ǻ́da 🚀"]) expect(plainText(name)).toBe(name);
});

test("an answer keeps its lines and its emoji, and commands no terminal", () => {
  expect(terminalText("a\n\tb 👩‍💻 \u001b]0;x\u0007\u009b2J\r")).toBe("a\n\tb 👩‍💻 \uFFFD]0;x\uFFFD\uFFFD2J\uFFFD");
});

test("a message is shown with what it quotes made plain: lines stay, huge words lose their middle", () => {
  expect(plainMessage('"\u001b[31mred\u0007" is no key.\nSay \u009b2Janother.')).toBe(
    '"\uFFFD[31mred\uFFFD" is no key.\nSay \uFFFD2Janother.',
  );
  expect(plainMessage(`Unknown key ${"x".repeat(100_000)}.`)).toBe(`Unknown key ${"x".repeat(120)}…${"x".repeat(59)}.`);
  expect(plainMessage("🚀".repeat(100_000)).isWellFormed()).toBe(true);
  expect(plainMessage("word ".repeat(100_000))).toHaveLength(10_001);
});
