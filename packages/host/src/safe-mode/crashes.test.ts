import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { noFacts } from "../owner/index.ts";
import { crashLoop, readCrashes, recordCrash, recordKill } from "./crashes.ts";

const MINUTE_MS = 60_000;
const at = (...minutes: number[]) => minutes.map((minute) => ({ atMs: minute * MINUTE_MS, error: "Error at x" }));

test.each([
  ["none", [], 10, false],
  ["two", at(8, 9), 10, false],
  ["three in five minutes", at(6, 8, 9), 10, true],
  ["three in an hour", at(-30, 0, 9), 10, false],
  ["three that are over", at(1, 2, 3), 10, false],
  ["three in the future of a clock that was set back", at(20, 21, 22), 10, false],
] as const)("%s", (_name, crashes, nowMinute, isLoop) => {
  expect(crashLoop(crashes, nowMinute * MINUTE_MS).length > 0).toBe(isLoop);
});

test("remembers the last three", () => {
  const file = join(tempDir(), "crashes.json");
  for (let atMs = 1; atMs <= 5; atMs++) recordCrash(file, `crash ${atMs}`, atMs);
  expect(readCrashes(file).map(({ error }) => error)).toEqual(["crash 3", "crash 4", "crash 5"]);
});

test.each(["", "{", "{}", "[1]", '[{"atMs":"x"}]'])("a file of %j tells nothing", (text) => {
  const file = join(tempDir(), "crashes.json");
  writeFileSync(file, text);
  expect(readCrashes(file)).toEqual([]);
});

test.each([
  ["running", true],
  ["starting", true],
  ["stopping", false],
  ["stopped", false],
  ["failed", false],
] as const)("a gateway that was last seen %s was killed: %s", (phase, wasKilled) => {
  const file = join(tempDir(), "crashes.json");
  recordKill(file, { ...noFacts(phase), startedAtMs: 5 }, 10);
  expect(readCrashes(file).map(({ atMs }) => atMs)).toEqual(wasKilled ? [10] : []);
});

test("a crash that the process noted itself is one crash", () => {
  const file = join(tempDir(), "crashes.json");
  recordCrash(file, "of a life before", 4);
  recordCrash(file, "Error at x", 7);
  recordKill(file, { ...noFacts("running"), startedAtMs: 5 }, 10);
  expect(readCrashes(file)).toHaveLength(2);
  recordKill(file, undefined, 10);
  expect(readCrashes(file)).toHaveLength(2);
});
