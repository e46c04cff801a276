/** Something that must be over by a time. */
interface Deadline {
  dueAtMs: number;
  late(): void;
}

/** One timer for all requests: each is looked at every quarter of a second, which costs less than a timer for each. */
export interface Deadlines {
  add(deadline: Deadline): void;
  remove(deadline: Deadline): void;
  close(): void;
}

const SWEEP_MS = 250;

/** @param now - Milliseconds of a clock that does not jump. */
export function createDeadlines(now: () => number): Deadlines {
  const open = new Set<Deadline>();
  const timer = setInterval(() => {
    const nowMs = now();
    for (const deadline of open) {
      if (deadline.dueAtMs > nowMs) continue;
      open.delete(deadline);
      deadline.late();
    }
  }, SWEEP_MS);
  timer.unref();
  return {
    add: (deadline) => void open.add(deadline),
    remove: (deadline) => void open.delete(deadline),
    close: () => clearInterval(timer),
  };
}
