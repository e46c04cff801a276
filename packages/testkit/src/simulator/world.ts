import { type Archive, createArchive } from "./archive.ts";
import type { Dice } from "./dice.ts";
import { createOperatorLedger, type OperatorLedger } from "./ledger.ts";
import { createPermissions, type Permissions } from "./permissions.ts";
import { createPlatform, type Platform } from "./platform.ts";
import type { Blow, Strike } from "./replay.ts";
import type { Schedule } from "./schedule.ts";
import { createTimeline, type Timeline } from "./timeline.ts";
import type { Trace } from "./trace.ts";

type SendFate =
  | "taken"
  | "rate-limited"
  | "rejected"
  | "bad-credentials"
  | "lost-before"
  | "lost-after"
  | "slow"
  | "foreign";
type AgentFate = "answers" | "fails" | "hangs" | "refuses" | "breaks" | "foreign";
type CommitFate = "stored" | "refused" | "dies-before" | "dies-after" | "loses-power";

/** Where a run can be struck. */
export interface Point {
  /** From 1, in the order of the run. */
  readonly at: number;
  /**
   * - `commit`, `written`, `synced`: before a transaction, with it on its way to the disk, and safe.
   * - `acknowledge`: stored, and the platform has not heard it.
   * - `send`, `sent`, `answered`: before a call, with the message taken, and with the answer here but not stored.
   * - `open`, `opened`: the same for a preview.
   * - `asked`, `begun`, `ended`: the steps of a turn.
   */
  readonly kind: PointKind;
  /** What it is about: the name of a transaction, the key of a send. */
  readonly about: string;
}
type PointKind =
  | "commit"
  | "written"
  | "synced"
  | "acknowledge"
  | "send"
  | "sent"
  | "answered"
  | "open"
  | "opened"
  | "asked"
  | "begun"
  | "ended";

/** What happened, for the checks afterwards. */
interface Evidence {
  /** Idempotency keys whose send was hit by a fault. */
  readonly disturbed: Set<string>;
  /** `channel/account/message` of all events whose acknowledgement the platform got. */
  readonly acknowledged: Set<string>;
  /** The text of every turn that reached an agent. */
  readonly asked: string[];
  /** Lines of the log, errors and answers that held a secret. */
  readonly leaks: string[];
  /** Bounds that did not hold at some moment. */
  readonly overruns: string[];
  /** Sends without an outcome in a process that was stopped properly. */
  readonly halfSent: string[];
  readonly points: Point[];
  /** By process: when it took `channel/account/message`, and was heard to. */
  readonly taken: ReadonlyMap<string, number>[];
  crashes: number;
  powerLosses: number;
  /** Strikes that found their point. */
  struck: number;
  clockJumps: number;
  accountLosses: number;
}

/** Everything around the core: time, people, platforms, and what goes wrong. */
export interface World {
  readonly schedule: Schedule;
  readonly dice: Dice;
  readonly timeline: Timeline;
  readonly platforms: readonly Platform[];
  readonly permissions: Permissions;
  readonly evidence: Evidence;
  readonly ledger: OperatorLedger;
  readonly archive: Archive;
  /** What must never be seen outside, in the forms it could be seen in. */
  readonly secrets: readonly string[];
  /** The clock on the wall, which somebody may set. */
  wallMs(): number;
  setClock(byMs: number): void;
  note(line: string): void;
  /** Something left the core for human eyes. */
  output(text: string): void;
  /** The run comes by a point; a strike there happens at once. */
  pass(kind: PointKind, about: string): Blow | undefined;
  /** What strikes do to whatever process runs. */
  onStrike(act: (blow: "crash" | "power") => void): void;
  sendFate(): SendFate;
  /** A call for a preview gets no answer. */
  isLost(): boolean;
  agentFate(): AgentFate;
  commitFate(): CommitFate;
  hit(probability: number): boolean;
  /** Something begins now, and is over after a while. */
  forSomeSeconds(act: (isOver: boolean) => void): void;
  fillDisk(isFull: boolean): void;
  /** From now on nothing goes wrong by itself. */
  calmDown(): void;
}

export const START_MS = 1_750_000_000_000;

export function createWorld(
  schedule: Schedule,
  strikes: readonly Strike[],
  secrets: readonly string[],
  trace: Trace,
): World {
  const { dice, faults } = schedule;
  const timeline = createTimeline(START_MS);
  const blows = new Map(strikes.map(({ at, blow }) => [at, blow]));
  const evidence: Evidence = {
    disturbed: new Set(),
    acknowledged: new Set(),
    asked: [],
    leaks: [],
    overruns: [],
    halfSent: [],
    points: [],
    taken: [],
    crashes: 0,
    powerLosses: 0,
    struck: 0,
    clockJumps: 0,
    accountLosses: 0,
  };
  let strike: (blow: "crash" | "power") => void = () => {};
  let skewMs = 0;
  let isDiskFull = false;
  let calm = false;

  const note = (line: string) => trace.note(timeline.now(), line);
  const hit = (probability: number) => !calm && probability > 0 && dice.chance(probability);

  return {
    schedule,
    dice,
    timeline,
    platforms: schedule.accounts.map(({ channel, account }) => createPlatform(channel, account, channel === "pushed")),
    permissions: createPermissions(),
    evidence,
    ledger: createOperatorLedger(),
    archive: createArchive(),
    secrets,
    wallMs: () => timeline.now() + skewMs,
    setClock(byMs) {
      note(`the clock is set ${byMs > 0 ? "forth" : "back"} by ${Math.abs(byMs) / 1_000} s`);
      skewMs += byMs;
      evidence.clockJumps += 1;
    },
    note,
    output(text) {
      note(text);
      if (secrets.some((secret) => text.includes(secret))) evidence.leaks.push(text);
    },
    pass(kind, about) {
      const at = evidence.points.length + 1;
      evidence.points.push({ at, kind, about });
      note(`${at} ${kind} ${about}`);
      const blow = blows.get(at);
      if (blow === undefined) return undefined;
      note(`STRUCK: ${blow}`);
      evidence.struck += 1;
      if (blow !== "lose") strike(blow);
      return blow;
    },
    onStrike: (act) => void (strike = act),
    sendFate() {
      if (hit(faults.rateLimited)) return "rate-limited";
      if (hit(faults.rejected)) return "rejected";
      if (hit(faults.badCredentials)) return "bad-credentials";
      if (hit(faults.lostBefore)) return "lost-before";
      if (hit(faults.lostAfter)) return "lost-after";
      if (hit(faults.foreignError)) return "foreign";
      return hit(faults.slowSend) ? "slow" : "taken";
    },
    isLost: () => hit(faults.lostAfter),
    agentFate() {
      if (hit(faults.agentFails)) return "fails";
      if (hit(faults.agentHangs)) return "hangs";
      if (hit(faults.agentRefuses)) return "refuses";
      if (hit(faults.foreignError)) return "foreign";
      return hit(faults.agentBreaks) ? "breaks" : "answers";
    },
    commitFate() {
      if (isDiskFull || hit(faults.commitFails)) return "refused";
      if (hit(faults.powerAtCommit)) return "loses-power";
      if (!hit(faults.crashAtCommit)) return "stored";
      return dice.chance(0.5) ? "dies-before" : "dies-after";
    },
    hit,
    forSomeSeconds(act) {
      act(false);
      timeline.at(dice.between(500, 20_000), () => act(true));
    },
    fillDisk(isFull) {
      note(isFull ? "the disk is full" : "the disk has room again");
      isDiskFull = isFull;
    },
    calmDown() {
      note("from here on nothing goes wrong by itself");
      calm = true;
      isDiskFull = false;
    },
  };
}
