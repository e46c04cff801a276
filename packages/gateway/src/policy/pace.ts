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

/** @param perMinute - At least 1. */
export function createPace(perMinute: number): Pace {
  const taken = new Map<string, number[]>();
  let sweptAtMs = 0;

  function sweep(nowMs: number): void {
    if (Math.abs(nowMs - sweptAtMs) < PACE_WINDOW_MS) return;
    sweptAtMs = nowMs;
    for (const [sender, places] of taken) {
      if (places.every((atMs) => atMs <= nowMs - PACE_WINDOW_MS || atMs > nowMs)) taken.delete(sender);
    }
  }

  return {
    take(sender, sentAtMs, nowMs) {
      sweep(nowMs);
      // A clock that was set back leaves places in the future behind.
      const known = (taken.get(sender) ?? []).filter((atMs) => atMs <= nowMs);
      const atMs = Math.max(Math.min(sentAtMs, nowMs), ...known);
      const places = known.filter((placeMs) => placeMs > atMs - PACE_WINDOW_MS);
      if (places.length >= perMinute) return undefined;
      places.push(atMs);
      taken.set(sender, places);
      return () => {
        const now = taken.get(sender);
        const index = now?.indexOf(atMs) ?? -1;
        if (index >= 0) now?.splice(index, 1);
      };
    },
  };
}
