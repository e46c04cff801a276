import type { Clock } from "@loong/gateway";

/** Real time: `now` as the caller tells it, timers by the monotonic clock of the process. */
export function systemClock(now: () => number): Clock {
  return {
    now,
    setTimer(delayMs, run) {
      const timer = setTimeout(run, delayMs);
      timer.unref();
      return { cancel: () => clearTimeout(timer) };
    },
  };
}
