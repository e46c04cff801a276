import { createMemoryJournal } from "@loong/journal/memory";
import { createVirtualClock, sampleBatch, sampleEntry, sampleSettlement } from "@loong/testkit";
import { expect, test } from "vitest";
import { pruneLimits, startMaintenance } from "./maintenance.ts";

const DAY_MS = 24 * 3_600_000;
const retention = { keepTextDays: 7, keepIdsDays: 30 };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** What is known of a message and of a stranger's, day by day. */
async function lifeOfMessages(days: readonly number[], kept = retention) {
  const clock = createVirtualClock();
  const journal = createMemoryJournal();
  const startMs = clock.now();
  const [answered] = await journal.accept(sampleBatch([sampleEntry("answered")], { nowMs: startMs }));
  await journal.accept(sampleBatch([sampleEntry("denied", { state: "denied" })], { nowMs: startMs }));
  await journal.accept(sampleBatch([sampleEntry("open")], { nowMs: startMs }));
  const seq = answered?.seq ?? 0;
  await journal.startTurn(seq, startMs);
  await journal.settleTurn(sampleSettlement(seq, { parts: [] }));
  const maintenance = startMaintenance({ journal, retention: () => kept, clock, log: silent });
  const seen: Record<number, Record<string, string>> = {};
  for (const day of days) {
    await clock.advance(startMs + day * DAY_MS - clock.now());
    const rows = await journal.list({ box: "inbox", limit: 10 });
    seen[day] = Object.fromEntries(rows.map(({ state, event }) => [state, event.text === "" ? "ids" : "all"]));
  }
  maintenance.close();
  return seen;
}

test("text is kept for seven days, a stranger's for one, ids for thirty, and what is open for ever", async () => {
  expect(await lifeOfMessages([0.9, 1.5, 6.9, 7.5, 29.9, 30.5])).toEqual({
    0.9: { done: "all", denied: "all", new: "all" },
    1.5: { done: "all", denied: "ids", new: "all" },
    6.9: { done: "all", denied: "ids", new: "all" },
    7.5: { done: "ids", denied: "ids", new: "all" },
    29.9: { done: "ids", denied: "ids", new: "all" },
    30.5: { new: "all" },
  });
});

test("an operator chooses how long", async () => {
  expect(await lifeOfMessages([0.5, 9], { keepTextDays: 0, keepIdsDays: 8 })).toEqual({
    0.5: { done: "ids", denied: "ids", new: "all" },
    9: { new: "all" },
  });
});

test("limits are moments", () => {
  const nowMs = 1_800_000_000_000;
  expect(pruneLimits(retention, nowMs)).toEqual({
    scrubBeforeMs: nowMs - 7 * DAY_MS,
    scrubDeniedBeforeMs: nowMs - DAY_MS,
    deleteBeforeMs: nowMs - 30 * DAY_MS,
  });
});
