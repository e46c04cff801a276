import { setTimeout as sleep } from "node:timers/promises";

/** Waits; resolves early when `signal` aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

export const pause: Pause = async (ms, signal) => {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
};
