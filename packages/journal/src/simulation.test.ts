import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  campaign,
  type CampaignReport,
  everyPoint,
  everySeed,
  type NewStore,
  replayArguments,
  sampledPairs,
  simulate,
  twiceAmbiguous,
} from "@loong/testkit/simulator";
import { expect, test } from "vitest";
import { createMemoryJournal, createMemoryStore } from "./memory.ts";
import { openSqliteJournal, type SqliteJournal } from "./sqlite/index.ts";

// A sample of what `pnpm sim` runs.
const SEEDS = 150;
const SQLITE_SEEDS = 2;
const PAIRS = 100;
const CALM_SEEDS = [1, 2];

const newStore: NewStore = (instanceKey) => {
  const store = createMemoryStore({ instanceKey });
  return () => createMemoryJournal(store);
};

test(`${SEEDS} schedules of random faults break no promise`, { timeout: 180_000 }, async () => {
  const report = await campaign(everySeed(1, SEEDS), { newStore });
  expect(brokenIn(report)).toEqual([]);
  expect(report.crashes).toBeGreaterThan(SEEDS);
  expect(report.powerLosses).toBeGreaterThan(SEEDS / 2);
  expect(report.ambiguous).toBeGreaterThan(SEEDS);
});

test(`${SQLITE_SEEDS} of them hold over SQLite too`, { timeout: 180_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), "loong-sim-"));
  let stores = 0;
  const inFiles: NewStore = (instanceKey) => {
    const file = join(directory, String((stores += 1)), "journal.sqlite");
    let last: SqliteJournal | undefined;
    return async () => {
      await last?.close();
      return (last = await openSqliteJournal({ file, now: () => 0, random: () => instanceKey }));
    };
  };
  const report = await campaign(everySeed(1, SQLITE_SEEDS), { newStore: inFiles });
  rmSync(directory, { recursive: true, force: true });
  expect(brokenIn(report)).toEqual([]);
  expect(report.crashes).toBeGreaterThan(SQLITE_SEEDS);
});

test("a fault at every single point breaks no promise, and every point is hit", { timeout: 120_000 }, async () => {
  const report = await campaign(everyPoint(CALM_SEEDS, newStore), { newStore });
  expect(brokenIn(report)).toEqual([]);
  expect(report.struck).toBe(report.runs);
  expect(report.runs).toBeGreaterThan(250);
});

test(`${PAIRS} pairs of faults break no promise`, { timeout: 120_000 }, async () => {
  const report = await campaign(sampledPairs(CALM_SEEDS, PAIRS, newStore), { newStore });
  expect(brokenIn(report)).toEqual([]);
  expect(report.struck).toBeGreaterThan(PAIRS * 1.9);
});

test("a send that is ambiguous twice breaks no promise", { timeout: 120_000 }, async () => {
  const report = await campaign(twiceAmbiguous(CALM_SEEDS, newStore), { newStore });
  expect(brokenIn(report)).toEqual([]);
  expect(report.unknown).toBeGreaterThan(0);
});

test.each([
  { seed: 3 },
  { seed: 489 },
  { seed: 4, strikes: [] },
  { seed: 2, strikes: [{ at: 17, blow: "power" as const }] },
])("the same replay gives the same run: $seed $strikes", async (replay) => {
  expect(await simulate(replay, newStore)).toEqual(await simulate(replay, newStore));
});

test("the trace tells two runs apart", async () => {
  const digests = [
    await simulate({ seed: 2, strikes: [] }, newStore),
    await simulate({ seed: 2, strikes: [{ at: 17, blow: "crash" }] }, newStore),
    await simulate({ seed: 2, strikes: [{ at: 18, blow: "crash" }] }, newStore),
  ].map(({ digest }) => digest);
  expect(new Set(digests).size).toBe(3);
});

function brokenIn({ failures }: CampaignReport) {
  return failures.map(({ replay, violations }) => ({
    replay: `pnpm sim ${replayArguments(replay)} --trace`,
    violations,
  }));
}
