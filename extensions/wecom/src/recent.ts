/** What was seen lately: remembers `max` entries and forgets the oldest. A hint, never truth: it is empty after a restart. */
export interface Recent<Value> {
  set(key: string, value: Value): void;
  get(key: string): Value | undefined;
}

export function createRecent<Value>(max: number): Recent<Value> {
  const entries = new Map<string, Value>();
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= max) return;
      for (const oldest of entries.keys()) {
        entries.delete(oldest);
        return;
      }
    },
  };
}
