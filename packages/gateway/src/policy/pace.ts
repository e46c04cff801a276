/** Takes a place back that was not used after all. */
type GiveBack = () => void;

/** How many messages of one sender are answered in a minute, whatever the room. */
export interface Pace {
  /**
   * A place in the sender's minute, or `undefined` when none is left. It is held until it is given back, so that messages
   * that come at once cannot share one.
   *
   * @param sentAtMs - By the platform's clock: what waited there while nobody listened was not said all at once.
   */
  take(sender: string, sentAtMs: number, nowMs: number): GiveBack | undefined;
}

export const PACE_WINDOW_MS = 60_000;

interface Sender {
  readonly places: number[];
  /** When a place was taken last, by our clock: what waited at the platform takes one in the past. */
  readonly seenAtMs: number;
}

/** @param perMinute - At least 1. */
export function createPace(perMinute: number): Pace {
  const senders = new Map<string, Sender>();
  let sweptAtMs = 0;

  function sweep(nowMs: number): void {
    if (Math.abs(nowMs - sweptAtMs) < PACE_WINDOW_MS) return;
    sweptAtMs = nowMs;
    for (const [sender, { seenAtMs }] of senders)
      if (Math.abs(nowMs - seenAtMs) >= PACE_WINDOW_MS) senders.delete(sender);
  }

  return {
    take(sender, sentAtMs, nowMs) {
      sweep(nowMs);
      // A clock that was set back leaves places in the future behind.
      const known = (senders.get(sender)?.places ?? []).filter((atMs) => atMs <= nowMs);
      const atMs = Math.max(Math.min(sentAtMs, nowMs), ...known);
      const places = known.filter((placeMs) => placeMs > atMs - PACE_WINDOW_MS);
      if (places.length >= perMinute) return undefined;
      places.push(atMs);
      senders.set(sender, { places, seenAtMs: nowMs });
      return () => {
        const now = senders.get(sender)?.places;
        const index = now?.indexOf(atMs) ?? -1;
        if (index >= 0) now?.splice(index, 1);
      };
    },
  };
}
