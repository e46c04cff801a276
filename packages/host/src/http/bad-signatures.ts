import type { HttpLimits } from "./limits.ts";

/** Remembers who sends requests that are not genuine, and when that was too often. */
export interface BadSignatures {
  isBlocked(address: string, nowMs: number): boolean;
  /** One more from `address`. */
  count(address: string, nowMs: number): void;
}

type Limits = Pick<HttpLimits, "badSignatures" | "badSignaturesWindowMs" | "badSignaturesBlockMs">;

/** At most this many addresses are remembered; the oldest are forgotten first. */
const MAX_ADDRESSES = 10_000;

/** @param nowMs - Of any clock that does not jump. */
export function createBadSignatures(limits: Limits): BadSignatures {
  const windows = new Map<string, { startedAtMs: number; count: number; blockedUntilMs: number }>();
  return {
    isBlocked(address, nowMs) {
      return windows.size > 0 && (windows.get(address)?.blockedUntilMs ?? 0) > nowMs;
    },
    count(address, nowMs) {
      let window = windows.get(address);
      if (window === undefined || nowMs - window.startedAtMs >= limits.badSignaturesWindowMs) {
        const [oldest] = windows.keys();
        if (windows.size >= MAX_ADDRESSES && oldest !== undefined) windows.delete(oldest);
        windows.delete(address);
        window = { startedAtMs: nowMs, count: 0, blockedUntilMs: 0 };
        windows.set(address, window);
      }
      window.count += 1;
      if (window.count >= limits.badSignatures) window.blockedUntilMs = nowMs + limits.badSignaturesBlockMs;
    },
  };
}

/**
 * A caller on this machine is a reverse proxy or a tunnel, which speaks for everybody: to block it would let one forger
 * silence the platform.
 */
export function speaksForOthers(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}
