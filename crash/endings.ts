import type { Dice } from "@loong/testkit/simulator";
import { POINTS } from "./points.ts";

/** How a process of the gateway ends. */
export type Ending =
  /** At any moment: after so long since its start, or since its first answer. */
  | { readonly how: "killed"; readonly since: "start" | "first answer"; readonly afterMs: number }
  /** By itself, the n-th time it comes to this place in its code: from its start, or from the first event it has stored. */
  | { readonly how: "at a point"; readonly point: string; readonly hit: number; readonly since?: "stored" }
  /** When a platform has taken and shown its n-th answer, and has not said so yet. */
  | { readonly how: "shown, no response yet"; readonly hit: number }
  | { readonly how: "SIGTERM"; readonly afterMs: number };

/** Late enough that all channels have connected, early enough that a cycle stays short. */
const MOST_HITS = 8;

/** Every named point, the platform's own, and kills at any moment: 20 in all. */
function deck(dice: Dice): readonly Ending[] {
  const random = Array.from({ length: 6 }, () => randomKill("first answer", dice));
  const early = Array.from({ length: 2 }, () => randomKill("start", dice));
  return [
    ...POINTS.map(({ name }) => endAt(name, dice)),
    { how: "shown, no response yet", hit: dice.between(1, MOST_HITS) },
    ...random,
    ...early,
  ];
}

/** So many kills, every deck of them shuffled. */
export function planKills(count: number, dice: Dice): readonly Ending[] {
  const plan: Ending[] = [];
  while (plan.length < count) plan.push(...shuffled(deck(dice), dice));
  return plan.slice(0, count);
}

export function planTerms(count: number, dice: Dice): readonly Ending[] {
  return Array.from({ length: count }, () => ({ how: "SIGTERM", afterMs: dice.between(0, 400) }));
}

function randomKill(since: "start" | "first answer", dice: Dice): Ending {
  return { how: "killed", since, afterMs: dice.between(0, 400) };
}

/** What comes before the first event is stored is work of the processes before: it is hit too, but less often. */
function endAt(point: string, dice: Dice): Ending {
  // A process recovers once, before it stores anything.
  if (point === "half recovered") return { how: "at a point", point, hit: 1 };
  const ending = { how: "at a point", point, hit: dice.between(1, MOST_HITS) } as const;
  return dice.chance(0.7) ? { ...ending, since: "stored" } : ending;
}

function shuffled<T>(items: readonly T[], dice: Dice): readonly T[] {
  return items
    .map((item) => ({ item, at: dice.roll() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

export function nameOf(ending: Ending): string {
  switch (ending.how) {
    case "at a point":
      return ending.point;
    case "killed":
      return `any moment after the ${ending.since}`;
    case "shown, no response yet":
    case "SIGTERM":
      return ending.how;
  }
}
