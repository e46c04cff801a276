import { expect, test } from "vitest";
import { createShiftableClock, type EmulatorClock } from "./clock.ts";

/** Time that stands still; timers are kept, not run. */
const frozen = (): EmulatorClock & { readonly waits: number[] } => {
  const waits: number[] = [];
  return {
    waits,
    now: () => 1000,
    setTimer(delayMs) {
      waits.push(delayMs);
      return { cancel() {} };
    },
  };
};

test("runs what became due, earliest first, and keeps the rest for the time that is left", () => {
  const base = frozen();
  const clock = createShiftableClock(base);
  const ran: string[] = [];
  clock.setTimer(300, () => ran.push("late"));
  clock.setTimer(100, () => ran.push("early"));
  clock.setTimer(200, () => ran.push("never")).cancel();
  clock.setTimer(900, () => ran.push("far"));
  clock.advance(300);
  expect(clock.now()).toBe(1300);
  expect(ran).toEqual(["early", "late"]);
  expect(base.waits.at(-1)).toBe(600);
});

test("forgets everything once closed", () => {
  const clock = createShiftableClock(frozen());
  const ran: string[] = [];
  clock.setTimer(1, () => ran.push("before"));
  clock.close();
  clock.setTimer(1, () => ran.push("after"));
  clock.advance(10);
  expect(ran).toEqual([]);
});
