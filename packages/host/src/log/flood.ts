/** How often one line may come within a window before it is only counted. */
const ALLOWED = 3;
const WINDOW_MS = 10_000;
/** Lines remembered at a time. */
const CAPACITY = 512;

/** Keeps one line that comes a thousand times a second from burying the others. */
export interface FloodGate<Line> {
  /** `false`: the line is counted and left out. */
  admits(key: string, line: Line): boolean;
  /** Reports every count now. */
  flush(): void;
  close(): void;
}

/** @param report - Gets the first line of a kind and how often it was left out since. */
export function createFloodGate<Line>(now: () => number, report: (line: Line, count: number) => void): FloodGate<Line> {
  const seen = new Map<string, { readonly line: Line; readonly sinceMs: number; times: number }>();
  let timer: NodeJS.Timeout | undefined;

  function forget(key: string): void {
    const entry = seen.get(key);
    seen.delete(key);
    if (entry !== undefined && entry.times > ALLOWED) report(entry.line, entry.times - ALLOWED);
  }

  function forgetOld(): void {
    timer = undefined;
    for (const [key, { sinceMs }] of seen) if (now() - sinceMs >= WINDOW_MS) forget(key);
  }

  function flush(): void {
    for (const key of seen.keys()) forget(key);
  }

  return {
    admits: (key, line) => {
      const known = seen.get(key);
      if (known !== undefined && now() - known.sinceMs < WINDOW_MS) {
        known.times++;
        if (known.times > ALLOWED) timer ??= setTimeout(forgetOld, WINDOW_MS).unref();
        return known.times <= ALLOWED;
      }
      forget(key);
      const [oldest] = seen.size < CAPACITY ? [] : seen.keys();
      if (oldest !== undefined) forget(oldest);
      seen.set(key, { line, sinceMs: now(), times: 1 });
      return true;
    },
    flush,
    close: () => {
      clearTimeout(timer);
      flush();
    },
  };
}
