import { describe, expect, test } from "vitest";
import { createVirtualClock } from "./clock.ts";

describe("a virtual clock", () => {
  test("runs timers in order of their time, then of their making", async () => {
    const clock = createVirtualClock(1000);
    const log: string[] = [];
    const at = (delayMs: number, name: string) => clock.setTimer(delayMs, () => log.push(`${name}@${clock.now()}`));
    at(20, "c");
    at(10, "a");
    at(10, "b");
    at(30, "late");
    await clock.advance(20);
    expect(log).toEqual(["a@1010", "b@1010", "c@1020"]);
    expect(clock.now()).toBe(1020);
  });

  test("lets every promise go on before time does", async () => {
    const clock = createVirtualClock(0);
    const log: number[] = [];
    clock.setTimer(10, () => {
      void (async () => {
        for (let n = 0; n < 50; n += 1) await Promise.resolve();
        clock.setTimer(1, () => log.push(clock.now()));
      })();
    });
    clock.setTimer(100, () => log.push(clock.now()));
    await clock.advance(100);
    expect(log).toEqual([11, 100]);
  });

  test("never runs a timer that was cancelled", async () => {
    const clock = createVirtualClock();
    let ran = 0;
    clock.setTimer(5, () => (ran += 1)).cancel();
    await clock.runUntilIdle();
    expect(ran).toBe(0);
  });

  test("runs until nothing is left", async () => {
    const clock = createVirtualClock(0);
    const retry = (n: number): void => {
      if (n > 0) clock.setTimer(1000 * n, () => retry(n - 1));
    };
    retry(3);
    await clock.runUntilIdle();
    expect(clock.now()).toBe(6000);
  });

  test("does not run for ever", async () => {
    const clock = createVirtualClock(0);
    const poll = (): void => void clock.setTimer(1000, poll);
    poll();
    await expect(clock.runUntilIdle(10_000)).rejects.toThrow("1 timers are still set after 10000 ms");
  });
});
