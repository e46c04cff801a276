import { createHash } from "node:crypto";
import type { Journal } from "@loong/gateway";
import { type Violation, violations } from "./invariants.ts";
import { makeSchedule } from "./schedule.ts";
import { createWorld, type World } from "./world.ts";

/** Makes an empty store for one run and gives what opens it; each call after the first is a restart. */
export type NewStore = (instanceKey: Uint8Array) => () => Journal;

/** What one seed did. The same seed gives the same report, `trace` included. */
export interface RunReport {
  readonly seed: number;
  readonly crashes: number;
  readonly messages: number;
  readonly shown: number;
  /** Parts whose outcome nobody knows, as the journal says itself. */
  readonly unknown: number;
  readonly disturbed: number;
  readonly violations: readonly Violation[];
  /** SHA-256 over everything that could be seen. */
  readonly trace: string;
}

/** Runs the real core through the schedule of one seed. */
export async function simulate(seed: number, newStore: NewStore): Promise<RunReport> {
  const open = newStore(createHash("sha256").update(`seed ${seed}`).digest());
  const world = createWorld(makeSchedule(seed), open);
  await world.play();
  const journal = open();
  const counts = await journal.counts();
  return {
    seed,
    crashes: world.crashes(),
    messages: world.platforms.reduce((sum, platform) => sum + platform.events.length, 0),
    shown: world.platforms.reduce((sum, platform) => sum + platform.shown.length, 0),
    unknown: counts.outbox.unknown,
    disturbed: world.disturbed.size,
    violations: await violations(world, journal),
    trace: traceOf(world),
  };
}

/** What many seeds did together. */
export interface CampaignReport {
  readonly seeds: number;
  readonly crashes: number;
  readonly messages: number;
  readonly shown: number;
  readonly unknown: number;
  readonly disturbed: number;
  readonly failures: readonly RunReport[];
}

/** Runs seeds `from` … `from + count - 1`. `onProgress` hears the number done, now and then. */
export async function campaign(
  from: number,
  count: number,
  newStore: NewStore,
  onProgress: (done: number) => void = () => {},
): Promise<CampaignReport> {
  const total = { seeds: count, crashes: 0, messages: 0, shown: 0, unknown: 0, disturbed: 0 };
  const failures: RunReport[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const report = await simulate(seed, newStore);
    for (const key of ["crashes", "messages", "shown", "unknown", "disturbed"] as const) total[key] += report[key];
    if (report.violations.length > 0) failures.push(report);
    if ((seed - from + 1) % 500 === 0) onProgress(seed - from + 1);
  }
  return { ...total, failures };
}

function traceOf(world: World): string {
  const hash = createHash("sha256");
  for (const platform of world.platforms) {
    for (const one of platform.shown) hash.update(`${platform.name} ${one.atMs} ${one.room} ${one.key} ${one.text}\n`);
  }
  for (const text of world.asked) hash.update(`asked ${text}\n`);
  return hash.digest("hex");
}
