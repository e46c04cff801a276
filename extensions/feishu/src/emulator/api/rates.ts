import type { EmulatorClock } from "@loong/emulator-kit";
import { refuse, type Refusal } from "./answer.ts";

/** Counts calls against the platform's rates. */
export interface Rates {
  /** 50 a second and 1000 a minute for each app and API. */
  call(appId: string, api: string): Refusal | undefined;
  /** 5 a second into one chat, whichever app sends, and to one message's edits. */
  target(id: string): Refusal | undefined;
}

interface Window {
  startMs: number;
  count: number;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const PER_SECOND = 50;
const PER_MINUTE = 1000;
const PER_TARGET = 5;

/** @see https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control (read 2026-05) */
export function createRates(clock: EmulatorClock, strict: boolean): Rates {
  const windows = new Map<string, Window>();

  /** Takes one place of `limit` in the current window; gives the milliseconds to its end when there is none. */
  function take(key: string, limit: number, lengthMs: number): number | undefined {
    const nowMs = clock.now();
    const known = windows.get(key);
    if (known === undefined || nowMs - known.startMs >= lengthMs) {
      windows.set(key, { startMs: nowMs, count: 1 });
      return undefined;
    }
    known.count += 1;
    return known.count <= limit ? undefined : known.startMs + lengthMs - nowMs;
  }

  return {
    call(appId, api) {
      if (!strict) return undefined;
      const key = `${appId} ${api}`;
      const waitMs = take(`${key} s`, PER_SECOND, SECOND_MS) ?? take(`${key} m`, PER_MINUTE, MINUTE_MS);
      return waitMs === undefined ? undefined : rateLimited(Math.ceil(waitMs / 1000));
    },
    target(id) {
      if (!strict || take(id, PER_TARGET, SECOND_MS) === undefined) return undefined;
      return refuse(230020, "This operation triggers the frequency limit.");
    },
  };
}

export function rateLimited(resetSeconds: number, status = 429): Refusal {
  return refuse(99991400, "request trigger frequency limit", {
    status,
    headers: { "x-ogw-ratelimit-limit": String(PER_MINUTE), "x-ogw-ratelimit-reset": String(resetSeconds) },
  });
}
