import { expect, test } from "vitest";
import { fail, ok, warn } from "./check.ts";
import { nextSteps } from "./next-steps.ts";

test("the most urgent first, each once, five at most", () => {
  const checks = [ok("a", "fine"), warn("b", "odd", "Later."), fail("c", "bad", "Now."), fail("d", "bad", "Now.")];
  expect(nextSteps(checks, { served: true, running: true })).toEqual(["Now.", "Later."]);
  const many = Array.from({ length: 9 }, (_, index) => fail("x", "bad", `Step ${index}.`));
  expect(nextSteps(many, { served: true, running: true })).toHaveLength(5);
});

test("when nothing is wrong, what comes next", () => {
  expect(nextSteps([], { served: false, running: false })).toEqual([expect.stringContaining("loong setup")]);
  expect(nextSteps([], { served: true, running: false })).toEqual([expect.stringContaining("loong gateway run")]);
  expect(nextSteps([], { served: true, running: true })).toEqual([]);
});
