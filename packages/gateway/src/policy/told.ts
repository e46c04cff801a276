/** What was said lately and is not said again: the gateway's own words never flood a room. */
export interface Told {
  /** Marks all `keys` as told now. `false`, and nothing is marked, when one of them was told within the window. */
  first(keys: readonly string[], nowMs: number): boolean;
  /** It was not said after all. */
  forget(keys: readonly string[]): void;
}

export function createTold(windowMs: number): Told {
  const toldAtMs = new Map<string, number>();

  function isRecent(atMs: number | undefined, nowMs: number): boolean {
    return atMs !== undefined && atMs <= nowMs && nowMs - atMs < windowMs;
  }

  return {
    first(keys, nowMs) {
      if (keys.some((key) => isRecent(toldAtMs.get(key), nowMs))) return false;
      for (const [key, atMs] of toldAtMs) if (!isRecent(atMs, nowMs)) toldAtMs.delete(key);
      for (const key of keys) toldAtMs.set(key, nowMs);
      return true;
    },
    forget(keys) {
      for (const key of keys) toldAtMs.delete(key);
    },
  };
}
