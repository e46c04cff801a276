/** Lets so many through in a minute, at most `burst` at once. */
export interface Bucket {
  /** Takes one. @returns how long to wait instead, in milliseconds; 0 when it was let through. */
  take(nowMs: number): number;
  /** How long it is until one would be let through; takes none. */
  waitMs(nowMs: number): number;
}

const MINUTE_MS = 60_000;

export function createBucket(perMinute: number, startMs: number, burst: number = perMinute): Bucket {
  let left = burst;
  let atMs = startMs;

  function waitMs(nowMs: number): number {
    left = Math.min(burst, left + (Math.max(0, nowMs - atMs) * perMinute) / MINUTE_MS);
    atMs = nowMs;
    return left < 1 ? Math.ceil(((1 - left) * MINUTE_MS) / perMinute) : 0;
  }

  return {
    waitMs,
    take(nowMs) {
      const wait = waitMs(nowMs);
      if (wait === 0) left -= 1;
      return wait;
    },
  };
}
