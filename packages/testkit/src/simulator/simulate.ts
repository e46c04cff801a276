import { createHash } from "node:crypto";
import { createDisk, type NewStore } from "./disk.ts";
import { type Violation, violations } from "./invariants.ts";
import { play } from "./play.ts";
import { replayArguments, type Replay } from "./replay.ts";
import { makeSchedule } from "./schedule.ts";
import { createTrace } from "./trace.ts";
import { createWorld, type Point, START_MS } from "./world.ts";

/** What one run did. The same replay gives the same report. */
export interface RunReport extends Tally {
  readonly replay: Replay;
  readonly points: readonly Point[];
  readonly violations: readonly Violation[];
  /** SHA-256 over everything that could be seen. */
  readonly digest: string;
}

/** What is counted in a run, and added up over many. */
export interface Tally {
  readonly crashes: number;
  readonly powerLosses: number;
  readonly messages: number;
  readonly shown: number;
  /** Sends whose outcome nobody could know at some time. */
  readonly ambiguous: number;
  /** Parts whose outcome nobody knows in the end, as the journal says itself. */
  readonly unknown: number;
  /** Strikes that were placed, and that found their point. */
  readonly strikes: number;
  readonly struck: number;
}

/** Runs the real core once. `onLine` hears the trace. */
export async function simulate(
  replay: Replay,
  newStore: NewStore,
  onLine?: (line: string) => void,
): Promise<RunReport> {
  const instanceKey = createHash("sha256").update(`seed ${replay.seed}`).digest();
  const secrets = (["hex", "base64", "base64url"] as const).map((form) => instanceKey.toString(form));
  const trace = createTrace(START_MS, onLine);
  const disk = createDisk(newStore, instanceKey);
  const world = createWorld(makeSchedule(replay), replay.strikes ?? [], secrets, trace);
  trace.note(START_MS, replayArguments(replay));
  const last = await play(world, disk);
  const standing = last && {
    load: await last.gateway.load(),
    allowed: last.gateway.allowed(),
    openTimers: last.openTimers(),
  };
  const journal = await disk.open();
  const broken = await violations(world, journal, standing);
  const { evidence, platforms } = world;
  const { unknown } = (await journal.counts()).outbox;
  await journal.close();
  return {
    replay,
    crashes: evidence.crashes,
    powerLosses: evidence.powerLosses,
    messages: platforms.reduce((sum, platform) => sum + platform.events.length, 0),
    shown: platforms.reduce((sum, platform) => sum + platform.shown.length, 0),
    ambiguous: evidence.disturbed.size,
    unknown,
    strikes: replay.strikes?.length ?? 0,
    struck: evidence.struck,
    points: evidence.points,
    violations: broken,
    digest: trace.digest(),
  };
}
