import { expect, test } from "vitest";
import { createTold } from "./told.ts";

test("tells once in a window, and only when no part of it was told", () => {
  const told = createTold(100);
  expect(told.first(["room", "ann"], 0)).toBe(true);
  expect(told.first(["room", "bob"], 50)).toBe(false);
  expect(told.first(["elsewhere", "bob"], 50)).toBe(true);
  expect(told.first(["room", "ann"], 99)).toBe(false);
  expect(told.first(["room", "ann"], 100)).toBe(true);
});

test("what was not said after all may be said", () => {
  const told = createTold(100);
  told.first(["room"], 0);
  told.forget(["room"]);
  expect(told.first(["room"], 1)).toBe(true);
});

test("a clock that is set back silences nobody", () => {
  const told = createTold(100);
  told.first(["room"], 1_000_000);
  expect(told.first(["room"], 0)).toBe(true);
});
