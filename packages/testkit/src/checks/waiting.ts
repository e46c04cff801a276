import { setTimeout as sleep } from "node:timers/promises";

const STEP_MS = 10;

/**
 * Waits until `ask` gives something, and gives it. Counts its own steps and not the time: a busy machine is given what it lacks.
 *
 * @throws Error that says what was missed.
 */
export async function eventually<T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 8_000,
): Promise<T> {
  for (let waitedMs = 0; waitedMs <= timeoutMs; waitedMs += STEP_MS) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await sleep(STEP_MS);
  }
  throw new Error(`${what}: not within ${timeoutMs} ms`);
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

const QUIET_STEPS = 15;

/**
 * Long enough for something wrong to happen; a right channel does nothing meanwhile. In steps: on a busy machine one long
 * sleep ends together with everything that should have come before it.
 */
export async function quietMoment(): Promise<void> {
  for (let step = 0; step < QUIET_STEPS; step++) await sleep(STEP_MS);
}
