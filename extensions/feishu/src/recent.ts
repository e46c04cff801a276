/**
 * What was seen lately: remembers the last `max` entries at least and twice as many at most. A hint, never truth: it is
 * empty after a restart.
 */
export interface Recent<Value> {
  set(key: string, value: Value): void;
  get(key: string): Value | undefined;
}

/** Forgets a whole generation at a time: a map that loses its oldest entry at each step looks for it longer and longer. */
export function createRecent<Value>(max: number): Recent<Value> {
  let newer = new Map<string, Value>();
  let older: ReadonlyMap<string, Value> = new Map();
  return {
    get: (key) => newer.get(key) ?? older.get(key),
    set(key, value) {
      newer.set(key, value);
      if (newer.size < max) return;
      older = newer;
      newer = new Map();
    },
  };
}
