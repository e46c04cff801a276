import { expect, test } from "vitest";
import { createFaults } from "./faults.ts";

test("the same seed chooses the same faults, another seed chooses others", () => {
  const choose = (seed: number) => {
    const faults = createFaults(seed);
    return Array.from({ length: 50 }, () => [faults.int(1, 6), faults.chance(0.5), faults.pick(["a", "b", "c"])]);
  };
  expect(choose(7)).toEqual(choose(7));
  expect(choose(7)).not.toEqual(choose(8));
});

test("choices stay within their limits and reach them", () => {
  const faults = createFaults(1);
  const numbers = new Set(Array.from({ length: 500 }, () => faults.int(1, 6)));
  expect([...numbers].toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6]);
  const hits = Array.from({ length: 2000 }, () => faults.chance(0.25)).filter(Boolean).length;
  expect(hits).toBeGreaterThan(400);
  expect(hits).toBeLessThan(600);
  expect([faults.chance(0), faults.chance(1)]).toEqual([false, true]);
});
