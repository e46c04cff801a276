import * as memory from "@loong/journal/memory";
import * as simulator from "@loong/testkit/simulator";
import type { Replay } from "@loong/testkit/simulator";
import { type Plant, startPlanting } from "./planting.ts";
import { memoryStores, sqliteStores } from "./stores.ts";

export interface OneRun {
  readonly replay: Replay;
  readonly plant: Plant | undefined;
  /** Over a journal in a file instead of one in memory. */
  readonly sqlite: boolean;
  readonly trace: boolean;
}

/** Runs one replay and prints what it did. `false` when it broke a promise. */
export async function runOne({ plant, replay, sqlite, trace }: OneRun): Promise<boolean> {
  const modules = plant === undefined ? { simulator, memory } : await startPlanting([plant]).load(plant);
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const files = sqlite ? sqliteStores() : undefined;
  const {
    points,
    violations,
    replay: _replay,
    ...report
  } = await modules.simulator.simulate(
    replay,
    files?.newStore ?? memoryStores(modules.memory),
    trace ? print : undefined,
  );
  files?.end();
  console.log({ ...report, points: points.length, violations: violations.length });
  for (const { invariant, detail } of violations) print(`${invariant}: ${detail}`);
  return violations.length === 0;
}
