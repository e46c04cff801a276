import { createDice } from "./simulator/dice.ts";

/** Chooses what goes wrong in a test. The same seed chooses the same, on every machine. */
export interface Faults {
  /** Named in the message of a failing test, so that it can be run again. */
  readonly seed: number;
  /** `true` with this probability, 0 to 1. */
  chance(probability: number): boolean;
  /** @param items - One or more. */
  pick<T>(items: readonly T[]): T;
  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number;
}

/** @param seed - A whole number; 32 bits of it count. The generator is mulberry32. */
export function createFaults(seed: number): Faults {
  const dice = createDice(seed);
  return {
    seed,
    chance: (probability) => dice.chance(probability),
    pick: (items) => dice.pick(items),
    int: (from, to) => dice.between(from, to),
  };
}
