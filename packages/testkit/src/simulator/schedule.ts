import { createDice, type Dice } from "./dice.ts";
import type { Replay } from "./replay.ts";

const HOUR_MS = 3_600_000;

/** What goes wrong again and again in one run, as probabilities. Each seed turns a random half of them on. */
interface Faults {
  /** The process dies just before a commit, or just after it and before anybody hears of it. */
  readonly crashAtCommit: number;
  /** The power goes while a commit is written. */
  readonly powerAtCommit: number;
  /** A commit is refused: database locked, input or output error. */
  readonly commitFails: number;
  readonly rateLimited: number;
  readonly rejected: number;
  readonly badCredentials: number;
  /** Nobody answers, or the platform says 5xx, and it has not taken the message … */
  readonly lostBefore: number;
  /** … or it has. */
  readonly lostAfter: number;
  readonly slowSend: number;
  /** A plugin throws what is no error of ours. */
  readonly foreignError: number;
  readonly duplicateEvent: number;
  /** The same message under another event id. */
  readonly renumberedEvent: number;
  /** Events overtake each other on their way. */
  readonly reordered: number;
  readonly agentFails: number;
  readonly agentHangs: number;
  /** The agent cannot answer, ever. */
  readonly agentRefuses: number;
  /** An answer ends in the middle. */
  readonly agentBreaks: number;
}

const FAULTS: Faults = {
  crashAtCommit: 0.02,
  powerAtCommit: 0.02,
  commitFails: 0.04,
  rateLimited: 0.1,
  rejected: 0.01,
  badCredentials: 0.02,
  lostBefore: 0.06,
  lostAfter: 0.06,
  slowSend: 0.1,
  foreignError: 0.04,
  duplicateEvent: 0.2,
  renumberedEvent: 0.1,
  reordered: 0.3,
  agentFails: 0.1,
  agentHangs: 0.02,
  agentRefuses: 0.01,
  agentBreaks: 0.1,
};

/** What happens at single moments of one run, and how often at most. */
interface Episodes {
  /** The process dies while a send or a turn is under way, or for no reason at all. */
  readonly crash: number;
  readonly powerLoss: number;
  /** The process is asked to stop, and started again. */
  readonly stop: number;
  /** For some seconds every commit is refused. */
  readonly diskFull: number;
  /** The clock on the wall is set an hour forth or back. */
  readonly clockJump: number;
  /** An account is not configured for some seconds. */
  readonly accountLoss: number;
  /** The next crash is not noticed for hours. */
  readonly outage: number;
  /** A message that kills whoever answers it. */
  readonly poison: number;
  /** A message the agent fails at, however often it is asked. */
  readonly hopeless: number;
  /** A message the agent has no key for yet. */
  readonly early: number;
  /** The process starts held: it takes messages, and neither answers nor sends for some seconds. */
  readonly held: number;
  /** Somebody in a room says stop, or asks for a new conversation. */
  readonly command: number;
}

const EPISODES: Episodes = {
  crash: 5,
  powerLoss: 2,
  stop: 2,
  diskFull: 2,
  clockJump: 2,
  accountLoss: 1,
  outage: 1,
  poison: 1,
  hopeless: 1,
  early: 1,
  held: 2,
  command: 3,
};

/** What the operator does in one run, and how often at most. */
interface Errands {
  /** Says something that nobody asked for. */
  readonly announce: number;
  /** Talks with the agent. */
  readonly chat: number;
  /** Lets a stranger in, turns one away, or takes a permission back. */
  readonly decide: number;
  /** Shuts the groups of an account for some seconds. */
  readonly shutGroups: number;
  /** Retries or drops what did not end well. */
  readonly tidy: number;
  /** Lets the journal forget what is old. */
  readonly prune: number;
}

const ERRANDS: Errands = { announce: 2, chat: 6, decide: 8, shutGroups: 2, tidy: 6, prune: 8 };
const CALM_ERRANDS: Errands = { announce: 1, chat: 1, decide: 2, shutGroups: 1, tidy: 2, prune: 2 };

export interface Schedule {
  readonly dice: Dice;
  readonly faults: Faults;
  readonly episodes: Episodes;
  readonly rooms: number;
  readonly messages: number;
  /** All messages come at once and in one room. */
  readonly burst: boolean;
  readonly strangers: number;
  readonly errands: Errands;
  readonly accounts: readonly { readonly channel: "pushed" | "polled"; readonly account: string }[];
  readonly retention: Retention;
  /** Replies longer than this are cut in parts. */
  readonly maxLength: number;
  /** How answers are shown while they are written: in previews on the keyed platform, in blocks, or not at all. */
  readonly streaming: "previews" | "blocks" | "off";
  readonly limits: Limits;
}

/** How long the journal keeps the words of what has ended, and its ids. */
interface Retention {
  readonly wordsMs: number;
  readonly idsMs: number;
}

interface Limits {
  readonly maxConcurrentTurns: number;
  readonly maxPendingPerLane: number;
  readonly maxPendingTotal: number;
  readonly messagesPerMinute?: number;
  readonly maxEventAgeMs?: number;
}

/** Swarm testing: leaving faults out lets the others reach states that a mixture of all never sees. */
export function makeSchedule({ seed, strikes }: Replay): Schedule {
  const dice = createDice(seed);
  return strikes === undefined ? stormy(dice) : quiet(dice);
}

function stormy(dice: Dice): Schedule {
  const faults = some(FAULTS, (most) => (dice.chance(0.5) ? most : 0));
  const episodes = some(EPISODES, (most) => (dice.chance(0.25) ? dice.between(1, most) : 0));
  const saying = wayOfSaying(dice);
  // Ages tell nothing by a clock that jumps; and that an answer has begun in blocks is known by its first one.
  const memory = wayOfForgetting(dice, dice.chance(0.3) && episodes.clockJump === 0 && saying.streaming !== "blocks");
  return {
    dice,
    faults,
    // A clock that is wrong by an hour cannot tell how long a process was away, so a key may be forgotten unseen.
    episodes: episodes.clockJump > 0 ? { ...episodes, outage: 0 } : episodes,
    rooms: dice.between(1, 4),
    messages: dice.between(3, 20),
    burst: dice.chance(0.2),
    strangers: dice.between(0, 2),
    errands: some(ERRANDS, (most) => (dice.chance(0.6) ? dice.between(1, most) : 0)),
    accounts: accountsOf(dice),
    retention: memory.retention,
    ...saying,
    limits: {
      maxConcurrentTurns: dice.pick([2, 8]),
      maxPendingPerLane: dice.pick([6, 200]),
      maxPendingTotal: dice.pick([12, 10_000]),
      ...(dice.chance(0.2) ? { messagesPerMinute: 4 } : {}),
      ...memory.limits,
    },
  };
}

/** A short run in which nothing goes wrong by itself: the ground for faults that are placed one by one. */
function quiet(dice: Dice): Schedule {
  const { retention, limits } = wayOfForgetting(dice, dice.chance(0.5));
  return {
    dice,
    faults: some(FAULTS, () => 0),
    episodes: { ...some(EPISODES, () => 0), command: dice.between(0, 1), early: dice.between(0, 1) },
    rooms: dice.between(1, 2),
    messages: dice.between(2, 4),
    burst: dice.chance(0.5),
    strangers: dice.between(0, 1),
    errands: some(CALM_ERRANDS, (most) => dice.between(0, most)),
    accounts: accountsOf(dice),
    retention,
    ...wayOfSaying(dice),
    limits: { maxConcurrentTurns: dice.pick([1, 8]), maxPendingPerLane: 200, maxPendingTotal: 10_000, ...limits },
  };
}

function wayOfSaying(dice: Dice): Pick<Schedule, "maxLength" | "streaming"> {
  const streaming = dice.pick(["previews", "previews", "previews", "blocks", "off"] as const);
  return { streaming, maxLength: streaming === "blocks" ? 4_000 : dice.pick([40, 4_000]) };
}

/** Each platform has an account, and at times a second one. */
function accountsOf(dice: Dice): Schedule["accounts"] {
  return (["pushed", "polled"] as const).flatMap((channel) => [
    { channel, account: "main" },
    ...(dice.chance(0.3) ? [{ channel, account: "second" }] : []),
  ]);
}

/** What is too old to be answered is so before its id is forgotten: otherwise it could be answered twice. */
function wayOfForgetting(dice: Dice, isForgetful: boolean): Pick<Schedule, "retention"> & { limits: Partial<Limits> } {
  const wordsMs = dice.between(1, 10) * 1_000;
  return isForgetful
    ? { retention: { wordsMs, idsMs: 45_000 }, limits: { maxEventAgeMs: 30_000 } }
    : { retention: { wordsMs, idsMs: 10 * HOUR_MS }, limits: {} };
}

function some<Table extends object>(table: Table, choose: (most: number) => number): Table {
  return Object.fromEntries(Object.entries(table).map(([name, most]) => [name, choose(most as number)])) as Table;
}
