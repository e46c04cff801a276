import { expect, test } from "vitest";
import { describeExit, recentDeaths } from "./deaths.ts";
import { isolationLimits } from "./limits.ts";

test("only the deaths of the last ten minutes count", () => {
  const deaths = [0, 300_000, 599_999].map((atMs) => ({ atMs, how: "left" }));
  expect(recentDeaths(deaths, 600_000, isolationLimits).map(({ atMs }) => atMs)).toEqual([300_000, 599_999]);
});

test.each([
  [{ code: 3, signal: null }, "left with exit code 3"],
  [{ code: null, signal: "SIGKILL" }, "was ended by SIGKILL"],
  [{ code: 1, signal: null, fault: "Error at index.js:3" }, "threw an error that nobody caught (Error at index.js:3)"],
  [
    { code: null, signal: "SIGABRT", lastWords: "FATAL ERROR: Reached heap limit Allocation failed" },
    "ran out of memory: its objects may take 256 MB",
  ],
] as const)("%j is told as it %s", (exit, how) => {
  expect(describeExit({ lastWords: "", ...exit }, isolationLimits)).toBe(how);
});
