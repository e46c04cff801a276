import type { Clock, GatewayLog, Timer } from "@loong/gateway";

const LOOK_EVERY_MS = 5_000;
const GAP_MS = 30_000;
/** What came before the pause lies in the sockets and is read first: a platform may not send it again. */
const READ_FIRST_MS = 2_000;

/**
 * Notices that this process did not run for more than half a minute: the machine slept, or its clock was set ahead. Whatever
 * was connected then may be dead without knowing it.
 *
 * @param woke - Told how long it was.
 */
export function watchForSleep(options: {
  readonly clock: Clock;
  readonly log: Pick<GatewayLog, "warn">;
  readonly woke: (gapMs: number) => void;
}): { close(): void } {
  const { clock, log, woke } = options;
  let lookedAtMs = clock.now();
  let timer: Timer = clock.setTimer(LOOK_EVERY_MS, look);

  function look(): void {
    const gapMs = clock.now() - lookedAtMs - LOOK_EVERY_MS;
    if (gapMs > GAP_MS) return wake(gapMs);
    lookedAtMs = clock.now();
    timer = clock.setTimer(LOOK_EVERY_MS, look);
  }

  function wake(gapMs: number): void {
    log.warn(
      `nothing ran for ${Math.round(gapMs / 1_000)} s (sleep, or a changed clock): every connection is made anew`,
    );
    timer = clock.setTimer(READ_FIRST_MS, () => {
      woke(gapMs);
      lookedAtMs = clock.now();
      timer = clock.setTimer(LOOK_EVERY_MS, look);
    });
  }

  return { close: () => timer.cancel() };
}
