import { expect, test } from "vitest";
import { createScrubber } from "./scrub.ts";

const scrub = createScrubber(
  new URL("https://example.com/open-apis/bot/v2/hook/0123abcd-token?access_token=abc%2Fdefghi&v=2"),
  ["SEC-0123456789", undefined],
);

test.each([
  ["invalid access_token=abc/defghi", "invalid access_token=…"],
  ["invalid abc%2Fdefghi", "invalid …"],
  ["no hook 0123abcd-token in open-apis/bot/v2", "no hook … in open-apis/bot/v2"],
  ["at https://example.com/open-apis/bot/v2/hook/0123abcd-token?access_token=abc%2Fdefghi&v=2", "at …"],
  ["sign with SEC-0123456789 failed", "sign with … failed"],
  ["two\n\n  lines", "two lines"],
  ["", ""],
])("%j becomes %j", (said, expected) => {
  expect(scrub(said)).toBe(expected);
});

test("what is said at length is cut", () => {
  expect(scrub("x".repeat(1_000))).toHaveLength(200);
});
