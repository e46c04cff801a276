import { createVirtualClock } from "@loong/testkit";
import { expect, test } from "vitest";
import { watchForSleep } from "./wake.ts";

function setUp() {
  const running = createVirtualClock();
  let asleepMs = 0;
  const gaps: number[] = [];
  const warnings: string[] = [];
  const watch = watchForSleep({
    clock: { now: () => running.now() + asleepMs, setTimer: (delayMs, run) => running.setTimer(delayMs, run) },
    log: { warn: (message) => void warnings.push(message) },
    woke: (gapMs) => void gaps.push(Math.round(gapMs / 1_000)),
  });
  return { ...watch, running, gaps, warnings, sleep: (ms: number) => (asleepMs += ms) };
}

test("a machine that slept eight hours is noticed within seconds, and told of once", async () => {
  const { running, gaps, warnings, sleep } = setUp();
  await running.advance(60_000);
  sleep(8 * 3_600_000);
  await running.advance(8_000);
  expect(gaps).toEqual([28_800]);
  expect(warnings).toEqual([expect.stringMatching(/28800 s .*connection is made anew/)]);
  await running.advance(600_000);
  expect(gaps).toHaveLength(1);
  sleep(60_000);
  await running.advance(8_000);
  expect(gaps).toEqual([28_800, 60]);
});

test("a busy machine, and a clock that is set back, are no sleep", async () => {
  const { running, gaps, sleep } = setUp();
  sleep(29_000);
  await running.advance(20_000);
  sleep(-3_600_000);
  await running.advance(20_000);
  expect(gaps).toEqual([]);
});

test("nothing is noticed after its end", async () => {
  const { running, gaps, sleep, close } = setUp();
  sleep(60_000);
  await running.advance(5_500);
  close();
  await running.advance(60_000);
  expect(gaps).toEqual([]);
});
