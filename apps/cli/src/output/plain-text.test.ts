import { expect, test } from "vitest";
import { plainText } from "./plain-text.ts";

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
