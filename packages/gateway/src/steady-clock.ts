import type { Clock } from "./ports.ts";

/** A larger step back puts a clock right that was wrong before. */
const LARGEST_STEP_MS = 24 * 60 * 60_000;

/**
 * Time that goes on when the clock on the wall is set back by up to a day: what waits for a time would have to wait for it
 * twice, and a key that the platform has forgotten would look young.
 */
export function steadyClock(clock: Clock): Clock {
  let aheadMs = 0;
  let lastMs = clock.now();
  return {
    now() {
      const nowMs = clock.now() + aheadMs;
      const stepMs = lastMs - nowMs;
      if (stepMs > LARGEST_STEP_MS) aheadMs = 0;
      else if (stepMs > 0) aheadMs += stepMs;
      return (lastMs = clock.now() + aheadMs);
    },
    setTimer: (delayMs, run) => clock.setTimer(delayMs, run),
  };
}
