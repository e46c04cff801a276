import { watchAnswers } from "../isolation/answers.ts";
import { type Check, ok, warn } from "./check.ts";

/** Platforms refuse signatures that are minutes off; a `Date` header is exact to a second. */
const MAX_SKEW_MS = 60_000;

interface ServerTime {
  readonly server: string;
  /** This machine's clock minus the server's. */
  readonly skewMs: number;
}

/** Compares this machine's clock with the `Date` of every HTTP answer that somebody else's request gets meanwhile. */
export interface ServerClocks extends Disposable {
  /** `undefined` when nobody answered. */
  check(): Check | undefined;
}

export function watchServerClocks(now: () => number): ServerClocks {
  const seen: ServerTime[] = [];
  const stop = watchAnswers(({ server, date }) => {
    const serverMs = Date.parse(date);
    if (!Number.isNaN(serverMs)) seen.push({ server, skewMs: now() - serverMs });
  });
  return { check: () => judgeClock(seen), [Symbol.dispose]: stop };
}

/** One server that agrees is enough: the others may be wrong, or have answered out of a cache. */
export function judgeClock(seen: readonly ServerTime[]): Check | undefined {
  const id = "clock.skew";
  const [closest] = seen.toSorted((a, b) => Math.abs(a.skewMs) - Math.abs(b.skewMs));
  if (closest === undefined) return undefined;
  const { server, skewMs } = closest;
  if (Math.abs(skewMs) <= MAX_SKEW_MS) return ok(id, `this clock agrees with ${server}`);
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  return warn(
    id,
    `This clock is ${seconds} s ${skewMs > 0 ? "ahead of" : "behind"} ${server}: signed events will be refused as stale.`,
    "Let the system set its clock: `timedatectl set-ntp true`.",
  );
}
