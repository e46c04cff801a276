import * as memory from "@loong/journal/memory";
import * as simulator from "@loong/testkit/simulator";
import type { CampaignReport, NewStore } from "@loong/testkit/simulator";
import type { Amounts } from "./arguments.ts";
import { type Catch, hunt } from "./hunt.ts";
import { startPlanting } from "./planting.ts";
import { plants } from "./plants.ts";
import { copiedStore, memoryStores, sqliteStores } from "./stores.ts";
import { textTable } from "./table.ts";

const HEAD = ["", "runs", "points hit", "crashes", "power losses", "ambiguous sends", "violations"];

/** Runs every layer and hunts every planted bug; prints failures as they come and the tables at the end. `true` when all held. */
export async function runCampaign(amounts: Amounts): Promise<boolean> {
  const startedAtMs = performance.now();
  const reports = new Map<string, CampaignReport>();
  const files = sqliteStores();
  for (const { name, newStore, option = "", replays } of layersOf(amounts, files.newStore)) {
    process.stderr.write(`${name}\n`);
    const report = await simulator.campaign(replays, { newStore, onProgress: (done) => progress(name, done, 1_000) });
    printFailures(report, option);
    reports.set(name, report);
  }
  files.end();
  const lost = await restoreAll(amounts);
  const catches = amounts.plantSeeds === 0 ? [] : await huntAll(amounts.plantSeeds);

  const broken = [...reports.values()].reduce((sum, { failures }) => sum + failures.length, lost);
  const caught = catches.filter(({ by }) => by !== undefined).length;
  const rows = [...reports].map(([name, report]) => layerRow(name, report));
  const restored = ["journals put back from a copy", figure(amounts.restores), "", "", "", "", figure(lost)];
  console.log(`${textTable([HEAD, ...rows, restored])}\n`);
  console.log(`${textTable([["planted bug", "breaks", "caught"], ...catches.map(catchRow)])}\n`);
  const seconds = Math.round((performance.now() - startedAtMs) / 1_000);
  console.log(
    `${figure(broken)} runs broke a promise; ${caught} of ${catches.length} planted bugs were caught; ${seconds} s`,
  );
  return broken === 0 && caught === catches.length;
}

interface Layer {
  readonly name: string;
  readonly newStore: NewStore;
  /** What a replay of it takes on the command line. */
  readonly option?: string;
  readonly replays: Parameters<typeof simulator.campaign>[0];
}

function layersOf({ from, pairs, points, seeds, sqlite }: Amounts, onFiles: NewStore): readonly Layer[] {
  const newStore = memoryStores(memory);
  const calm = Array.from({ length: points }, (_, index) => index + 1);
  return [
    { name: "schedules of random faults", newStore, replays: simulator.everySeed(from, seeds) },
    {
      name: "the same over SQLite",
      newStore: onFiles,
      option: "--sqlite ",
      replays: simulator.everySeed(from, sqlite),
    },
    { name: "single points", newStore, replays: simulator.everyPoint(calm, newStore) },
    { name: "pairs of points", newStore, replays: simulator.sampledPairs(calm, points === 0 ? 0 : pairs, newStore) },
    { name: "sends ambiguous twice", newStore, replays: simulator.twiceAmbiguous(calm, newStore) },
  ];
}

function printFailures({ failures }: CampaignReport, option: string): void {
  for (const { replay, violations } of failures) {
    for (const { invariant, detail } of violations) console.log(`${invariant}: ${detail}`);
    console.log(`replay: pnpm sim ${simulator.replayArguments(replay)} ${option}--trace\n`);
  }
}

/** @returns How many journals that were put back broke a promise. */
async function restoreAll({ from, restores }: Amounts): Promise<number> {
  process.stderr.write("journals put back from a copy\n");
  let failures = 0;
  for (let seed = from; seed < from + restores; seed++) {
    const store = copiedStore();
    const broken = await simulator.loseAndRestore(store, seed);
    store.end();
    for (const detail of broken) console.log(detail);
    if (broken.length === 0) continue;
    failures += 1;
    console.log(`again: pnpm sim --seeds 0 --sqlite-seeds 0 --points 0 --plant-seeds 0 --restores 1 --from ${seed}\n`);
  }
  return failures;
}

async function huntAll(maxSeeds: number): Promise<readonly Catch[]> {
  const planting = startPlanting(plants);
  const catches: Catch[] = [];
  process.stderr.write("planted bugs\n");
  for (const plant of plants) {
    catches.push(await hunt(plant, planting, maxSeeds));
  }
  planting.end();
  return catches;
}

function layerRow(name: string, report: CampaignReport): readonly string[] {
  const { runs, strikes, struck, crashes, powerLosses, ambiguous, failures } = report;
  const hit = strikes === 0 ? "" : `${figure(struck)} of ${figure(strikes)}`;
  return [name, figure(runs), hit, ...[crashes, powerLosses, ambiguous, failures.length].map(figure)];
}

function catchRow({ plant: { name, breaks }, by, runs }: Catch): readonly string[] {
  if (by === undefined) return [name, breaks, `ESCAPED ${figure(runs)} runs`];
  const strikes = by.strikes === undefined ? "" : `: ${simulator.replayArguments(by)}`;
  return [name, breaks, `after ${figure(runs)} ${runs === 1 ? "run" : "runs"}${strikes}`];
}

function progress(what: string, done: number, every: number): void {
  if (done % every === 0) process.stderr.write(`${what}: ${figure(done)} done\n`);
}

function figure(count: number): string {
  return count.toLocaleString("en");
}
