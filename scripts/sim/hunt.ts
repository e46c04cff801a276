import type { Replay } from "@loong/testkit/simulator";
import type { Plant, Planting } from "./planting.ts";
import { memoryStores } from "./stores.ts";

/** How a planted bug was found. */
export interface Catch {
  readonly plant: Plant;
  /** The run that broke the named invariant; `undefined` when none did. */
  readonly by: Replay | undefined;
  /** Runs it took, that one included. */
  readonly runs: number;
}

/** Schedules whose points are tried one by one when seeds alone did not find a bug. */
const POINT_SEEDS = [1, 2, 3, 4, 5];

/** Seeds first, `maxSeeds` at most, then single points and sends that are ambiguous twice. */
export async function hunt(plant: Plant, planting: Planting, maxSeeds: number): Promise<Catch> {
  const { simulator, memory } = await planting.load(plant);
  const newStore = memoryStores(memory);
  const { everySeed, everyPoint, twiceAmbiguous } = simulator;
  let runs = 0;
  for (const replays of [
    everySeed(plant.seed ?? 1, maxSeeds),
    everyPoint(POINT_SEEDS, newStore),
    twiceAmbiguous(POINT_SEEDS, newStore),
  ]) {
    for await (const replay of replays) {
      runs += 1;
      const broken = await brokenBy(replay);
      if (broken.some((invariant) => invariant.startsWith(`${plant.breaks} `))) return { plant, by: replay, runs };
    }
  }
  return { plant, by: undefined, runs };

  /** A campaign runs its first replay twice, to see whether both do the same: only that needs it. */
  async function brokenBy(replay: Replay): Promise<readonly string[]> {
    const { simulate, campaign } = simulator;
    const reports =
      plant.breaks === "I13" ? (await campaign([replay], { newStore })).failures : [await simulate(replay, newStore)];
    return reports.flatMap(({ violations }) => violations.map(({ invariant }) => invariant));
  }
}
