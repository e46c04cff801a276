import type { GatewaySection } from "@loong/config";
import type { Clock, GatewayLog, Journal, PruneLimits, Timer } from "@loong/gateway";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERY_MS = 6 * HOUR_MS;
/** The start has other things to do. */
const FIRST_AFTER_MS = 60_000;

export type Retention = Pick<GatewaySection, "keepTextDays" | "keepIdsDays">;

/**
 * What is forgotten now. Platforms deliver again for days, so what was seen is remembered for longer than what was said; and
 * what strangers said, for a day.
 */
export function pruneLimits({ keepTextDays, keepIdsDays }: Retention, nowMs: number): PruneLimits {
  return {
    scrubBeforeMs: nowMs - keepTextDays * DAY_MS,
    scrubDeniedBeforeMs: nowMs - Math.min(1, keepTextDays) * DAY_MS,
    deleteBeforeMs: nowMs - keepIdsDays * DAY_MS,
  };
}

export interface Maintenance {
  /** Forgets now what would be forgotten later. */
  prune(): void;
  close(): void;
}

/** Keeps the journal from growing for ever. */
export function startMaintenance(options: {
  readonly journal: Pick<Journal, "prune">;
  readonly retention: () => Retention;
  readonly clock: Clock;
  readonly log: GatewayLog;
}): Maintenance {
  const { journal, retention, clock, log } = options;
  let timer: Timer = clock.setTimer(FIRST_AFTER_MS, prune);

  function prune(): void {
    timer.cancel();
    timer = clock.setTimer(EVERY_MS, prune);
    journal
      .prune(pruneLimits(retention(), clock.now()))
      .catch((error: unknown) => log.warn("the journal was not pruned", { error: String(error) }));
  }

  return { prune, close: () => timer.cancel() };
}
