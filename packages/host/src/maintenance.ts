import type { Clock, GatewayLog, Journal, Timer } from "@loong/gateway";

const HOUR_MS = 3_600_000;
/** Platforms deliver again for days, so what was seen is remembered for longer than that; what was said is not. */
const SCRUB_AFTER_MS = 7 * 24 * HOUR_MS;
const DELETE_AFTER_MS = 30 * 24 * HOUR_MS;
const EVERY_MS = 6 * HOUR_MS;
/** The start has other things to do. */
const FIRST_AFTER_MS = 60_000;

/** Keeps the journal from growing for ever. */
export function startMaintenance(options: {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: GatewayLog;
}): { close(): void } {
  const { journal, clock, log } = options;
  let timer: Timer = clock.setTimer(FIRST_AFTER_MS, prune);

  function prune(): void {
    const nowMs = clock.now();
    timer = clock.setTimer(EVERY_MS, prune);
    journal
      .prune({ scrubBeforeMs: nowMs - SCRUB_AFTER_MS, deleteBeforeMs: nowMs - DELETE_AFTER_MS })
      .catch((error: unknown) => log.warn("the journal was not pruned", { error: String(error) }));
  }

  return { close: () => timer.cancel() };
}
