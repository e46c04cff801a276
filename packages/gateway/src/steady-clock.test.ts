import { expect, test } from "vitest";
import { steadyClock } from "./steady-clock.ts";

const HOUR_MS = 3_600_000;

function wall(startMs: number) {
  const clock = { nowMs: startMs, now: () => clock.nowMs, setTimer: () => ({ cancel() {} }) };
  return clock;
}

test("goes on when the clock is set back by an hour, and follows when it is set forth", () => {
  const clock = wall(1_000_000_000_000);
  const steady = steadyClock(clock);
  clock.nowMs -= HOUR_MS;
  expect(steady.now()).toBe(1_000_000_000_000);
  clock.nowMs += 5;
  expect(steady.now()).toBe(1_000_000_000_005);
  clock.nowMs += HOUR_MS;
  expect(steady.now()).toBe(1_000_000_000_005 + HOUR_MS);
});

test("believes a step back of years", () => {
  const clock = wall(4_000_000_000_000);
  const steady = steadyClock(clock);
  clock.nowMs = 1_800_000_000_000;
  expect(steady.now()).toBe(1_800_000_000_000);
});
