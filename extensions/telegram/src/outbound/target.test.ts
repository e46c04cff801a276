import { expect, test } from "vitest";
import { isPrivate, targetOf } from "./target.ts";

test.each([
  ["123456789", undefined, { chat: 123456789 }],
  [" -1001234567890 ", undefined, { chat: -1001234567890 }],
  ["-1001234567890:42", undefined, { chat: -1001234567890, threadId: 42 }],
  ["-1001234567890:42", "7", { chat: -1001234567890, threadId: 7 }],
  ["-1001234567890", "1", { chat: -1001234567890 }],
  ["@example_channel", undefined, { chat: "@example_channel" }],
] as const)("%j with topic %j", (to, threadId, target) => {
  expect(targetOf(to, threadId)).toEqual(target);
});

test.each(["", "ann", "@", "@1abc", "12:ab", "https://t.me/example", "1e9", "-"])("%j is none", (to) => {
  expect(() => targetOf(to)).toThrow(expect.objectContaining({ code: "TELEGRAM_TARGET_FORM", outcome: "rejected" }));
});

test("people have positive ids", () => {
  expect([123, -123, "@example_channel"].map(isPrivate)).toEqual([true, false, false]);
});
