import { type FailureOutcome, isLoongError } from "@loong/sdk";
import type { AccountFacts, OutboxPart } from "../ports.ts";

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 60_000;
/** A platform that is down this long does not get the words any more. */
const GIVE_UP_AFTER_MS = 6 * 60 * 60_000;
/** The platform forgets a key by its own clock; we stop trusting it this much earlier. */
const KEY_MARGIN_MS = 5 * 60_000;

/** A part whose next attempt is about to be committed: `sending`, one attempt more. */
export function beginSend(part: OutboxPart, nowMs: number): OutboxPart {
  return { ...part, state: "sending", attempts: part.attempts + 1, firstSentAtMs: part.firstSentAtMs ?? nowMs };
}

/** What a failed send makes of its part. Pure: the same facts give the same next state for every channel. */
export function afterFailure(
  part: OutboxPart,
  error: unknown,
  facts: AccountFacts,
  nowMs: number,
  random: () => number,
): OutboxPart {
  const failed = { ...part, error: describe(error) };
  switch (outcomeOf(error)) {
    case "rejected":
      return { ...failed, state: "rejected" };
    case "unknown":
      return afterAmbiguity({ ...failed, ambiguous: part.ambiguous + 1 }, facts, nowMs, random);
    case "bad-credentials":
      // An answer waits for new credentials. Whoever sends by hand waits for the outcome, and can retry.
      return part.kind === "proactive" ? { ...failed, state: "dead" } : retry(failed, nowMs, MAX_BACKOFF_MS);
    case "conflict":
    case "not-sent":
      return retry(failed, nowMs, Math.max(backoffMs(part.attempts, random), retryAfterMs(error)));
  }
}

/**
 * What a part becomes whose last attempt may have been taken: resent with its key while the platform remembers it;
 * without a key a reply is resent once, and words nobody asked for are held.
 */
export function afterAmbiguity(part: OutboxPart, facts: AccountFacts, nowMs: number, random: () => number): OutboxPart {
  const mayRepeat =
    facts.idempotencyWindowMs === undefined
      ? part.kind !== "proactive" && part.ambiguous < 2
      : nowMs - (part.firstSentAtMs ?? nowMs) < facts.idempotencyWindowMs - KEY_MARGIN_MS;
  return mayRepeat ? retry(part, nowMs, backoffMs(part.attempts, random)) : { ...part, state: "unknown" };
}

function retry(part: OutboxPart, nowMs: number, delayMs: number): OutboxPart {
  if (nowMs - part.createdAtMs > GIVE_UP_AFTER_MS) return { ...part, state: part.ambiguous > 0 ? "unknown" : "dead" };
  const { firstSentAtMs, ...rest } = part;
  // While every attempt is known to have failed, the platform has not seen the key yet.
  const seen = part.ambiguous > 0 && firstSentAtMs !== undefined ? { firstSentAtMs } : {};
  return { ...rest, ...seen, state: "pending", nextAtMs: Math.ceil(nowMs + delayMs) };
}

/** Full jitter under a doubling cap, never less than half a second. */
function backoffMs(attempts: number, random: () => number): number {
  const cap = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(attempts, 16));
  return 500 + random() * (cap - 500);
}

function outcomeOf(error: unknown): FailureOutcome {
  return (isLoongError(error) ? error.outcome : undefined) ?? "unknown";
}

function retryAfterMs(error: unknown): number {
  return (isLoongError(error) ? error.retryAfterMs : undefined) ?? 0;
}

/** For the operator. Foreign errors may carry anything, so only their class is kept. */
export function describe(error: unknown): string {
  if (isLoongError(error)) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `unexpected ${error.name}` : "unexpected failure";
}
