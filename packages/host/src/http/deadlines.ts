/** Something that must be over by a time. */
interface Deadline {
  readonly dueAtMs: number;
  late(): void;
}

/** One timer for all requests: each is looked at every quarter of a second, which costs less than a timer for each. */
export interface Deadlines {
  /** @returns To be called when it was met. Afterwards it does nothing. */
  add(deadline: Deadline): () => void;
  close(): void;
}

/** A deadline and where it stands in the list. */
interface Entry extends Deadline {
  place: number;
}

const SWEEP_MS = 250;
const NOWHERE = -1;

/** @param now - Milliseconds of a clock that does not jump. */
export function createDeadlines(now: () => number): Deadlines {
  // No Set: the tables it outgrows keep what has left it, whole requests, until the next full collection of garbage.
  const open: Entry[] = [];

  /** The last one takes its place. `false`: it was over already. */
  function end(entry: Entry): boolean {
    if (entry.place === NOWHERE) return false;
    const last = open.pop() ?? entry;
    last.place = entry.place;
    if (last !== entry) open[entry.place] = last;
    entry.place = NOWHERE;
    return true;
  }

  const timer = setInterval(() => {
    const nowMs = now();
    for (const entry of open.filter(({ dueAtMs }) => dueAtMs <= nowMs)) if (end(entry)) entry.late();
  }, SWEEP_MS);
  timer.unref();
  return {
    add({ dueAtMs, late }) {
      const entry = { dueAtMs, late, place: open.length };
      open.push(entry);
      return () => void end(entry);
    },
    close: () => clearInterval(timer),
  };
}
