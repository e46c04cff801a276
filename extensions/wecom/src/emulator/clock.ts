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

/** A clock that can be moved forward, so that a six-minute stream or a three-day media id fits into a test. */
export interface ShiftableClock extends EmulatorClock {
  /** Moves time forward by `ms` and runs what became due, earliest first. */
  advance(ms: number): void;
  /** Drops every timer; none is accepted afterwards. */
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

interface Pending {
  readonly dueMs: number;
  readonly run: () => void;
  real: EmulatorTimer;
}

export function createShiftableClock(base: EmulatorClock): ShiftableClock {
  const pending = new Set<Pending>();
  let shiftMs = 0;
  let closed = false;
  const now = (): number => base.now() + shiftMs;

  const fire = (entry: Pending): void => {
    if (pending.delete(entry)) entry.run();
  };
  const arm = (entry: Pending): EmulatorTimer =>
    base.setTimer(Math.max(0, entry.dueMs - now()), () => {
      fire(entry);
    });

  function setTimer(delayMs: number, run: () => void): EmulatorTimer {
    const entry: Pending = { dueMs: now() + delayMs, run, real: { cancel() {} } };
    if (!closed) {
      pending.add(entry);
      entry.real = arm(entry);
    }
    return {
      cancel() {
        pending.delete(entry);
        entry.real.cancel();
      },
    };
  }

  return {
    now,
    setTimer,
    advance(ms) {
      shiftMs += ms;
      for (const entry of [...pending].sort((a, b) => a.dueMs - b.dueMs)) {
        entry.real.cancel();
        if (entry.dueMs <= now()) fire(entry);
        else entry.real = arm(entry);
      }
    },
    close() {
      closed = true;
      for (const entry of pending) entry.real.cancel();
      pending.clear();
    },
  };
}
