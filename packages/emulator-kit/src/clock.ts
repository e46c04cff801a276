/** Time as the emulated platform sees it. */
export interface EmulatorClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once after `delayMs`. */
  setTimer(delayMs: number, run: () => void): EmulatorTimer;
}
export interface EmulatorTimer {
  cancel(): void;
}

/** A clock that can be moved forward, so that a day of waiting fits into a test. */
export interface ShiftableClock extends EmulatorClock {
  /** Moves time forward and runs every timer that became due, in order. */
  advance(ms: number): void;
  /** Cancels every timer; none is accepted afterwards. */
  close(): void;
}

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: EmulatorClock = {
  now: () => Date.now(),
  setTimer(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return { cancel: () => clearTimeout(timer) };
  },
};

/** Time that stands still, for tests: what waits for later waits until the clock is advanced, on a machine of any speed. */
export function createStillClock(): EmulatorClock {
  const nowMs = Date.now();
  return {
    now: () => nowMs,
    setTimer(delayMs, run) {
      if (delayMs > 0) return { cancel() {} };
      const timer = setImmediate(run);
      return { cancel: () => clearImmediate(timer) };
    },
  };
}

interface Waiting extends EmulatorTimer {
  readonly dueMs: number;
  timer: EmulatorTimer;
  readonly fire: () => void;
}

export function createShiftableClock(base: EmulatorClock): ShiftableClock {
  const waiting = new Set<Waiting>();
  let offsetMs = 0;
  let closed = false;
  const now = (): number => base.now() + offsetMs;

  function setTimer(delayMs: number, run: () => void): EmulatorTimer {
    if (closed) return { cancel: () => {} };
    const entry: Waiting = {
      dueMs: now() + delayMs,
      timer: { cancel: () => {} },
      fire: () => {
        waiting.delete(entry);
        run();
      },
      cancel() {
        waiting.delete(entry);
        entry.timer.cancel();
      },
    };
    entry.timer = base.setTimer(delayMs, entry.fire);
    waiting.add(entry);
    return entry;
  }

  function runDue(): void {
    const due = [...waiting].filter((entry) => entry.dueMs <= now()).sort((a, b) => a.dueMs - b.dueMs);
    for (const entry of due) {
      if (!waiting.has(entry)) continue;
      entry.timer.cancel();
      entry.fire();
    }
  }

  function rearm(): void {
    for (const entry of waiting) {
      entry.timer.cancel();
      entry.timer = base.setTimer(Math.max(0, entry.dueMs - now()), entry.fire);
    }
  }

  return {
    now,
    setTimer,
    advance(ms) {
      offsetMs += ms;
      runDue();
      rearm();
    },
    close() {
      closed = true;
      for (const entry of waiting) entry.cancel();
    },
  };
}
