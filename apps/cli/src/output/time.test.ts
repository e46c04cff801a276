import { expect, test } from "vitest";
import { formatAge, formatDuration } from "./time.ts";

test.each([
  [0, "0 s"],
  [999, "0 s"],
  [61_000, "1 min 1 s"],
  [3_600_000, "1 h"],
  [3_605_000, "1 h"],
  [90_061_000, "1 d 1 h"],
  [-5, "0 s"],
])("%d ms is %s", (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});

test("an age is measured from now", () => {
  expect(formatAge(10_000, 4000)).toBe("6 s ago");
});
