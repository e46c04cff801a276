/** Messages that are being stored, by lane: as far as bounds go, they wait already. */
export interface Arriving {
  total(): number;
  depth(lane: string): number;
  /** They arrive until `work` is done. */
  during<T>(lanes: readonly string[], work: () => Promise<T>): Promise<T>;
}

export function createArriving(): Arriving {
  const depths = new Map<string, number>();
  let total = 0;

  function change(lane: string, by: 1 | -1): void {
    const depth = (depths.get(lane) ?? 0) + by;
    total += by;
    if (depth === 0) depths.delete(lane);
    else depths.set(lane, depth);
  }

  return {
    total: () => total,
    depth: (lane) => depths.get(lane) ?? 0,
    async during(lanes, work) {
      for (const lane of lanes) change(lane, 1);
      try {
        return await work();
      } finally {
        for (const lane of lanes) change(lane, -1);
      }
    },
  };
}
