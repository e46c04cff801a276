import type { Clock } from "@loong/gateway";
import { createTimeline } from "./simulator/timeline.ts";

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /** Lets `ms` pass: timers run in order of their time, each after every promise before it has gone on. */
  advance(ms: number): Promise<void>;
  /**
   * Lets time pass until no timer is left.
   *
   * @throws Error when timers are still set after `limitMs`, an hour unless told: something starts itself again.
   */
  runUntilIdle(limitMs?: number): Promise<void>;
}

const HOUR_MS = 3_600_000;

/** @param startMs - The first moment, in milliseconds since 1970. */
export function createVirtualClock(startMs = 1_800_000_000_000): VirtualClock {
  const timeline = createTimeline(startMs);
  const dueAtMs = new Map<symbol, number>();

  async function runUntilIdle(limitMs = HOUR_MS): Promise<void> {
    const lastMs = timeline.now() + limitMs;
    await timeline.run(timeline.now());
    while (dueAtMs.size > 0) {
      const nextMs = Math.min(...dueAtMs.values());
      if (nextMs > lastMs) throw new Error(`${dueAtMs.size} timers are still set after ${limitMs} ms`);
      await timeline.run(nextMs);
    }
  }

  return {
    now: () => timeline.now(),
    setTimer(delayMs, run) {
      const key = Symbol("timer");
      dueAtMs.set(key, timeline.now() + Math.max(0, delayMs));
      const timer = timeline.at(delayMs, () => {
        dueAtMs.delete(key);
        run();
      });
      return {
        cancel() {
          dueAtMs.delete(key);
          timer.cancel();
        },
      };
    },
    advance: (ms) => timeline.run(timeline.now() + ms),
    runUntilIdle,
  };
}
