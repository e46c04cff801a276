import { setTimeout as sleep } from "node:timers/promises";

const STEP_MS = 10;

/** Waits until `ask` gives something, and gives it. @throws Error that says what was missed. */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 8_000,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > endMs) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(STEP_MS);
  }
}

/** What `promise` comes to, as long as it comes in time. */
export async function within<T>(what: string, timeoutMs: number, promise: Promise<T>): Promise<T> {
  const late = new AbortController();
  const tooLate = sleep(timeoutMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${what}: not within ${timeoutMs} ms`);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    late.abort();
    await tooLate.catch(() => {});
  }
}

/** Long enough for something wrong to happen; a right channel does nothing meanwhile. */
export async function quietMoment(): Promise<void> {
  await sleep(150);
}
