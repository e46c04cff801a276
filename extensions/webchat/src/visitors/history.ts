import type { Entry } from "../protocol.ts";

/** The last bubbles of one conversation, in the order they are shown. */
export interface History {
  entries(): readonly Entry[];
  find(id: string): Entry | undefined;
  /** Shows it in its own place, in the place of what it replaces, or at the end. */
  put(entry: Entry): void;
  remove(id: string): void;
  confirm(id: string): void;
  isConfirmed(id: string): boolean;
}

const MAX_HISTORY_CHARS = 256 * 1_024;

/** Keeps at most `maxEntries`, and the newest of them that fit into 256 Ki characters. */
export function createHistory(maxEntries: number): History {
  let kept: { readonly entry: Entry; readonly size: number }[] = [];
  const confirmed = new Set<string>();

  function placeOf({ id, replaces }: Entry): number {
    const own = kept.findIndex(({ entry }) => entry.id === id);
    if (own !== -1 || replaces === undefined) return own;
    return kept.findIndex(({ entry }) => entry.id === replaces);
  }

  function trim(): void {
    let chars = 0;
    const oldest = kept.findLastIndex(({ size }, index) => {
      chars += size;
      return index < kept.length - 1 && (chars > MAX_HISTORY_CHARS || kept.length - index > maxEntries);
    });
    for (const { entry } of kept.slice(0, oldest + 1)) confirmed.delete(entry.id);
    kept = kept.slice(oldest + 1);
  }

  return {
    entries: () => kept.map(({ entry }) => entry),
    find: (id) => kept.find(({ entry }) => entry.id === id)?.entry,
    put(entry) {
      const at = placeOf(entry);
      const item = { entry, size: JSON.stringify(entry).length };
      if (at === -1) kept.push(item);
      else kept[at] = item;
      kept = kept.filter((one) => one === item || one.entry.id !== entry.replaces);
      trim();
    },
    remove(id) {
      kept = kept.filter(({ entry }) => entry.id !== id);
      confirmed.delete(id);
    },
    confirm(id) {
      if (kept.some(({ entry }) => entry.id === id)) confirmed.add(id);
    },
    isConfirmed: (id) => confirmed.has(id),
  };
}
