import { createDice, type Dice } from "./dice.ts";

/** What goes wrong in one run, as probabilities. Each seed turns a random half of them on. */
interface Faults {
  /** The process dies just before a commit, or just after it and before anybody hears of it. */
  readonly crashAtCommit: number;
  /** The process dies while a send or a turn is under way, or for no reason at all. */
  readonly crashAnywhere: number;
  /** A commit is refused: disk full, database locked. */
  readonly commitFails: number;
  readonly rateLimited: number;
  readonly rejected: number;
  /** Nobody answers, and the platform has not taken the message … */
  readonly lostBefore: number;
  /** … or it has. */
  readonly lostAfter: number;
  readonly slowSend: number;
  readonly duplicateEvent: number;
  /** The same message under another event id. */
  readonly renumberedEvent: number;
  readonly agentFails: number;
  readonly agentHangs: number;
  /** The agent cannot answer, ever. */
  readonly agentRefuses: number;
  /** An answer ends in the middle. */
  readonly agentBreaks: number;
}

const ALL: Faults = {
  crashAtCommit: 0.02,
  crashAnywhere: 0.03,
  commitFails: 0.04,
  rateLimited: 0.1,
  rejected: 0.01,
  lostBefore: 0.06,
  lostAfter: 0.06,
  slowSend: 0.1,
  duplicateEvent: 0.2,
  renumberedEvent: 0.1,
  agentFails: 0.1,
  agentHangs: 0.02,
  agentRefuses: 0.01,
  agentBreaks: 0.1,
};

export interface Schedule {
  readonly seed: number;
  readonly dice: Dice;
  readonly faults: Faults;
  readonly rooms: number;
  readonly messages: number;
  readonly strangers: number;
  /** Replies longer than this are cut in parts. */
  readonly maxLength: number;
  /** Answers of the keyed platform are shown while they are written. */
  readonly previews: boolean;
}

/** Swarm testing: leaving faults out lets the others reach states that a mixture of all never sees. */
export function makeSchedule(seed: number): Schedule {
  const dice = createDice(seed);
  const faults = Object.fromEntries(
    Object.entries(ALL).map(([name, probability]) => [name, dice.chance(0.5) ? probability : 0]),
  );
  return {
    seed,
    dice,
    faults: faults as unknown as Faults,
    rooms: dice.between(1, 4),
    messages: dice.between(3, 20),
    strangers: dice.between(0, 2),
    maxLength: dice.pick([40, 4_000]),
    previews: dice.chance(0.7),
  };
}
