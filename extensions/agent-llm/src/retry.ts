import { isLoongError } from "@loong/sdk";

const FIRST_BACKOFF_MS = 300;
const MAX_BACKOFF_MS = 3_000;
/** A longer wait is the gateway's: it keeps the turn, stored, instead of a process that waits. */
const MAX_WAIT_MS = 10_000;

/**
 * How long to wait before the next attempt, or `undefined` when there shall be none here.
 *
 * @param attempt - The one that failed: 1 is the first.
 * @param random - Uniform in [0, 1): spreads attempts of many turns.
 */
export function retryWaitMs(error: unknown, attempt: number, maxAttempts: number, random: number): number | undefined {
  if (!isLoongError(error) || error.outcome !== "not-sent" || attempt >= maxAttempts) return undefined;
  const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (attempt - 1));
  const jitteredMs = Math.round(backoffMs * (0.5 + random / 2));
  const waitMs = Math.max(jitteredMs, error.retryAfterMs ?? 0);
  return waitMs > MAX_WAIT_MS ? undefined : waitMs;
}

/**
 * What the provider asks to wait, in milliseconds: `retry-after-ms`, else `retry-after` in seconds or as a date.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const milliseconds = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (milliseconds >= 0) return Math.ceil(milliseconds);
  const written = headers.get("retry-after")?.trim();
  if (written === undefined || written === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(written)) return Math.ceil(Number(written) * 1000);
  const atMs = Date.parse(written);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
