/** Seeded randomness: the same seed gives the same run, byte for byte. */
export interface Dice {
  /** Uniform in [0, 1). */
  roll(): number;
  chance(probability: number): boolean;
  /** From `from` to `to`, both included. */
  between(from: number, to: number): number;
  pick<T>(items: readonly T[]): T;
}

/** The mulberry32 generator: 32 bits of state, good enough to choose faults, never for secrets. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + Math.floor(roll() * (to - from + 1));
  return {
    roll,
    chance: (probability) => roll() < probability,
    between,
    pick: (items) => items[between(0, items.length - 1)] as (typeof items)[number],
  };
}
