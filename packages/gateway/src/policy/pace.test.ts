import { expect, test } from "vitest";
import { createPace } from "./pace.ts";

const NOON = 1_000_000_000;
const SECOND = 1_000;

test("a sender has so many places in any minute, each sender their own", () => {
  const pace = createPace(3);
  const atSeconds = [0, 10, 20, 30, 59, 60, 61, 70, 80, 81];
  const taken = atSeconds.filter((second) => {
    const nowMs = NOON + second * SECOND;
    return pace.take("ann", nowMs, nowMs) !== undefined;
  });
  expect(taken).toEqual([0, 10, 20, 60, 70, 80]);
  expect(pace.take("bob", NOON, NOON + 81 * SECOND)).toBeDefined();
});

test("a place that was given back is there for the next message", () => {
  const pace = createPace(1);
  const giveBack = pace.take("ann", NOON, NOON);
  expect(pace.take("ann", NOON, NOON)).toBeUndefined();
  giveBack?.();
  giveBack?.();
  expect(pace.take("ann", NOON, NOON)).toBeDefined();
  expect(pace.take("ann", NOON, NOON)).toBeUndefined();
});

test("what waited at the platform counts for when it was said", () => {
  const pace = createPace(2);
  const hourly = Array.from({ length: 10 }, (_, hour) => NOON - (10 - hour) * 3_600 * SECOND);
  expect(hourly.map((sentAtMs) => pace.take("ann", sentAtMs, NOON) !== undefined)).not.toContain(false);
});

test("places of what waited at the platform last as long as others", () => {
  const pace = createPace(2);
  pace.take("bob", NOON, NOON);
  const anHourAgo = NOON - 3_600 * SECOND;
  const comesAfter = [30, 40, 61];
  const taken = comesAfter.map((second) => pace.take("ann", anHourAgo + second, NOON + second * SECOND) !== undefined);
  expect(taken).toEqual([true, true, false]);
});

test("neither the future nor a disordered past makes room", () => {
  const pace = createPace(2);
  const sent = [NOON + 3_600 * SECOND, NOON, NOON - 50 * SECOND, NOON - 3_600 * SECOND];
  expect(sent.map((sentAtMs) => pace.take("ann", sentAtMs, NOON) !== undefined)).toEqual([true, true, false, false]);
});

test("a clock that is set back locks nobody out", () => {
  const pace = createPace(1);
  pace.take("ann", NOON, NOON);
  expect(pace.take("ann", NOON - 3_600 * SECOND, NOON - 3_600 * SECOND)).toBeDefined();
});
