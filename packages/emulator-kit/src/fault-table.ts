import { randomUUID } from "node:crypto";

/** Which occurrences a fault hits. Without any of these: every one. */
export interface FaultScope {
  /** Starts with this occurrence, counted from 1 since the fault was injected; hits it alone unless `times` says more. */
  readonly nth?: number;
  /** At most so many occurrences. */
  readonly times?: number;
  /** 0 to 1. */
  readonly probability?: number;
}

/** The faults that are to strike, in the order they were injected. */
export interface FaultTable<Fault extends FaultScope> {
  /** @returns an id for `remove`. */
  inject(fault: Fault): string;
  remove(id: string): void;
  clear(): void;
  list(): readonly (Fault & { readonly id: string; readonly applied: number })[];
  /** Counts this occurrence on every fault that matches it. @returns the first one that strikes. */
  strike<Hit extends Fault>(matches: (fault: Fault) => fault is Hit): Hit | undefined;
  strike(matches: (fault: Fault) => boolean): Fault | undefined;
}

interface Armed<Fault> {
  readonly id: string;
  readonly fault: Fault;
  seen: number;
  applied: number;
}

/** @param random - Uniform in [0, 1), for faults with a `probability`. */
export function createFaultTable<Fault extends FaultScope>(random: () => number): FaultTable<Fault> {
  let armed: Armed<Fault>[] = [];

  function strike(matches: (fault: Fault) => boolean): Fault | undefined {
    let hit: Armed<Fault> | undefined;
    for (const one of armed) {
      if (!matches(one.fault)) continue;
      one.seen += 1;
      if (hit === undefined && isDue(one, random)) hit = one;
    }
    if (hit === undefined) return undefined;
    hit.applied += 1;
    return hit.fault;
  }

  return {
    inject(fault) {
      const id = randomUUID();
      armed.push({ id, fault, seen: 0, applied: 0 });
      return id;
    },
    remove(id) {
      armed = armed.filter((one) => one.id !== id);
    },
    clear() {
      armed = [];
    },
    list: () => armed.map(({ id, fault, applied }) => ({ ...fault, id, applied })),
    strike,
  };
}

function isDue({ fault, seen, applied }: Armed<FaultScope>, random: () => number): boolean {
  const { nth, times = nth === undefined ? Number.POSITIVE_INFINITY : 1, probability = 1 } = fault;
  return (nth === undefined || seen >= nth) && applied < times && random() < probability;
}
