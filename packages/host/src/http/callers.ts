import { isIPv6 } from "node:net";
import type { HttpLimits } from "./limits.ts";

/** Remembers who calls without proving anything, and when that was too often. */
export interface Callers {
  /** One more request from `address`. @returns why it is not looked at, if it is not. */
  admit(address: string, nowMs: number): "forged" | "unproven" | undefined;
  /** It was genuine after all, and counts for nothing. */
  proved(address: string, nowMs: number): void;
  /** It was forged. */
  forged(address: string, nowMs: number): void;
}

type Limits = Pick<HttpLimits, "badSignatures" | "badSignaturesBlockMs" | "unprovenRequests" | "callerWindowMs">;

interface Caller {
  startedAtMs: number;
  unproven: number;
  forged: number;
  blockedUntilMs: number;
}

/** At most this many callers are remembered; the oldest are forgotten first. */
const MAX_CALLERS = 10_000;

/**
 * Counts by address, and IPv6 by network: whoever has one IPv6 address has 2^64 of them.
 *
 * @param isShared - Whether an address speaks for so many that it is never turned away.
 */
export function createCallers(limits: Limits, isShared: (address: string) => boolean = speaksForOthers): Callers {
  const callers = new Map<string, Caller>();

  function callerAt(address: string, nowMs: number): Caller {
    const key = networkOf(address);
    const known = callers.get(key);
    if (known !== undefined && (known.blockedUntilMs > nowMs || nowMs - known.startedAtMs < limits.callerWindowMs))
      return known;
    const [oldest] = callers.keys();
    if (callers.size >= MAX_CALLERS && oldest !== undefined) callers.delete(oldest);
    callers.delete(key);
    const caller = { startedAtMs: nowMs, unproven: 0, forged: 0, blockedUntilMs: 0 };
    callers.set(key, caller);
    return caller;
  }

  return {
    admit(address, nowMs) {
      if (isShared(address)) return undefined;
      const caller = callerAt(address, nowMs);
      if (caller.blockedUntilMs > nowMs) return "forged";
      if (caller.unproven >= limits.unprovenRequests) return "unproven";
      caller.unproven += 1;
      return undefined;
    },
    proved(address, nowMs) {
      if (isShared(address)) return;
      const caller = callerAt(address, nowMs);
      caller.unproven = Math.max(0, caller.unproven - 1);
    },
    forged(address, nowMs) {
      if (isShared(address)) return;
      const caller = callerAt(address, nowMs);
      caller.forged += 1;
      if (caller.forged >= limits.badSignatures) caller.blockedUntilMs = nowMs + limits.badSignaturesBlockMs;
    },
  };
}

/**
 * A caller on this machine is a reverse proxy or a tunnel, which speaks for everybody: to block it would let one forger
 * silence the platform. It is believed no more than others: what `X-Forwarded-For` says is not read.
 */
export function speaksForOthers(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}

/** `"2001:db8:1:2"` for `"2001:db8:1:2::7"`; IPv4 as it is. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  // The two colons stand for at least as many zeros as make eight groups.
  const zeros = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  return [...groups, ...Array.from({ length: zeros }, () => "0")].slice(0, 4).join(":");
}
