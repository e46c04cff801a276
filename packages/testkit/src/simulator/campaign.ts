import type { NewStore } from "./disk.ts";
import type { Replay } from "./replay.ts";
import { type RunReport, simulate, type Tally } from "./simulate.ts";

/** What many runs did together. */
export interface CampaignReport extends Tally {
  readonly runs: number;
  readonly failures: readonly RunReport[];
}

export interface CampaignOptions {
  readonly newStore: NewStore;
  /** Hears the number of runs done, after each. */
  readonly onProgress?: (done: number) => void;
  /** So many failures are enough. */
  readonly maxFailures?: number;
}

/** Every so many runs, one is run again: the same replay must give the same trace. */
const REPEAT_EVERY = 20;

/** Runs one replay after another. */
export async function campaign(
  replays: Iterable<Replay> | AsyncIterable<Replay>,
  { newStore, onProgress, maxFailures = Infinity }: CampaignOptions,
): Promise<CampaignReport> {
  const total: Record<keyof Tally, number> = {
    crashes: 0,
    powerLosses: 0,
    messages: 0,
    shown: 0,
    ambiguous: 0,
    unknown: 0,
    strikes: 0,
    struck: 0,
  };
  const failures: RunReport[] = [];
  let runs = 0;
  for await (const replay of replays) {
    const report = runs % REPEAT_EVERY === 0 ? await simulateTwice(replay, newStore) : await simulate(replay, newStore);
    runs += 1;
    for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += report[key];
    if (report.violations.length > 0) failures.push(report);
    onProgress?.(runs);
    if (failures.length >= maxFailures) break;
  }
  return { runs, ...total, failures };
}

async function simulateTwice(replay: Replay, newStore: NewStore): Promise<RunReport> {
  const first = await simulate(replay, newStore);
  const second = await simulate(replay, newStore);
  if (first.digest === second.digest) return first;
  const differs = { invariant: "I13 the same seed gives the same trace", detail: `${first.digest}, ${second.digest}` };
  return { ...first, violations: [...first.violations, differs] };
}
