import { expect, test } from "vitest";
import { createShiftableClock, createStillClock, type EmulatorClock } from "./clock.ts";

test("runs what became due, in order, and nothing else", () => {
  const clock = createShiftableClock(createStillClock());
  const startMs = clock.now();
  const ran: string[] = [];
  clock.setTimer(300, () => ran.push("late"));
  clock.setTimer(100, () => ran.push("early"));
  clock.setTimer(200, () => ran.push("cancelled")).cancel();
  clock.setTimer(900, () => ran.push("never"));
  clock.advance(300);
  expect(ran).toEqual(["early", "late"]);
  expect(clock.now()).toBe(startMs + 300);
});

test("where time stands still, only what is due at once runs by itself", async () => {
  const clock = createShiftableClock(createStillClock());
  const ran: string[] = [];
  clock.setTimer(1, () => ran.push("later"));
  clock.setTimer(0, () => ran.push("cancelled")).cancel();
  await new Promise<void>((resolve) => clock.setTimer(0, resolve));
  expect(ran).toEqual([]);
  clock.advance(1);
  expect(ran).toEqual(["later"]);
});

test("a timer that cancels another one wins; closing cancels all", () => {
  const clock = createShiftableClock(createStillClock());
  const ran: string[] = [];
  clock.setTimer(1, () => second.cancel());
  const second = clock.setTimer(2, () => ran.push("second"));
  clock.setTimer(3, () => ran.push("third"));
  clock.advance(2);
  clock.close();
  clock.advance(10);
  clock.setTimer(1, () => ran.push("after close"));
  clock.advance(10);
  expect(ran).toEqual([]);
});

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

test("keeps a timer that is not due for the time that is left", () => {
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
