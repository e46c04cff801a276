import { expect, test } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const NOW_MS = Date.parse("2026-11-21T07:00:00Z");

test.each<[string | undefined, number | undefined]>([
  ["3", 3_000],
  ["0", 0],
  ["1.5", 1_500],
  ["Sat, 21 Nov 2026 07:00:30 GMT", 30_000],
  ["Sat, 21 Nov 2026 06:00:00 GMT", 0],
  ["-1", undefined],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
])("%j asks to wait %j ms", (value, expected) => {
  expect(retryAfterMs(value === undefined ? {} : { "retry-after": value }, NOW_MS)).toBe(expected);
});
