import { expect, test } from "vitest";
import { createFloodGate } from "./flood.ts";

function gate() {
  const clock = { nowMs: 0 };
  const reports: [string, number][] = [];
  const flood = createFloodGate<string>(
    () => clock.nowMs,
    (line, count) => reports.push([line, count]),
  );
  return { flood, clock, reports };
}

test("lets three of a kind through and counts the others", () => {
  const { flood, clock, reports } = gate();
  const admitted = Array.from({ length: 1_000 }, () => flood.admits("k", "line"));
  expect(admitted.filter(Boolean)).toHaveLength(3);
  clock.nowMs = 10_000;
  expect(flood.admits("k", "line")).toBe(true);
  expect(reports).toEqual([["line", 997]]);
  flood.close();
  expect(reports).toHaveLength(1);
});

test("keeps lines apart that come in turns", () => {
  const { flood, reports } = gate();
  for (let round = 0; round < 10; round++) for (const key of ["a", "b"]) flood.admits(key, key);
  flood.close();
  expect(reports).toEqual([
    ["a", 7],
    ["b", 7],
  ]);
});

test("forgets the oldest line when there are very many", () => {
  const { flood, reports } = gate();
  for (let times = 0; times < 5; times++) flood.admits("first", "first");
  for (let index = 0; index < 600; index++) expect(flood.admits(`${index}`, "other")).toBe(true);
  expect(reports).toEqual([["first", 2]]);
  expect(flood.admits("first", "first")).toBe(true);
  flood.close();
});
