import type { Journal } from "@loong/gateway";
import { campaign, type NewStore, simulate } from "@loong/testkit/simulator";
import { describe, expect, test } from "vitest";
import { createMemoryJournal, createMemoryStore, type MemoryStore } from "./memory.ts";

const SEEDS = 1_000;

const newStore: NewStore = (instanceKey) => {
  const store = createMemoryStore({ instanceKey });
  return () => createMemoryJournal(store);
};

test(`${SEEDS} schedules of crashes, duplicates and failing sends break no promise`, { timeout: 60_000 }, async () => {
  const report = await campaign(1, SEEDS, newStore);
  expect(
    report.failures.map(({ seed, violations }) => ({ replay: `pnpm sim --from ${seed} --seeds 1`, violations })),
  ).toEqual([]);
  expect(report.crashes).toBeGreaterThan(SEEDS);
  expect(report.disturbed).toBeGreaterThan(SEEDS);
});

test("the same seed gives the same run", async () => {
  for (const seed of [3, 77, 489]) expect(await simulate(seed, newStore)).toEqual(await simulate(seed, newStore));
});

/** A journal with one fault planted, to show that the invariants see it. */
type Plant = (journal: Journal, store: MemoryStore) => Journal;

function planted(plant: Plant): NewStore {
  return (instanceKey) => {
    const store = createMemoryStore({ instanceKey });
    return () => plant(createMemoryJournal(store), store);
  };
}

describe("a planted fault is caught", () => {
  const plants: Readonly<Record<string, { readonly breaks: string; readonly plant: Plant }>> = {
    "acknowledges what it did not store": {
      breaks: "I1",
      plant: (journal) => ({
        ...journal,
        accept: async (batch) =>
          batch.entries.some((entry) => entry.event.messageId.endsWith("3"))
            ? batch.entries.map(() => ({ duplicate: true, seq: 0 }) as const)
            : journal.accept(batch),
      }),
    },
    "forgets after a restart which messages it knows": {
      breaks: "I2",
      plant: (journal, store) => ({
        ...journal,
        async recover(nowMs) {
          store.seqs.clear();
          return journal.recover(nowMs);
        },
      }),
    },
    "makes a new idempotency key after a restart": {
      breaks: "I3",
      plant: (journal) => ({
        ...journal,
        async recover(nowMs) {
          const open = await journal.recover(nowMs);
          return {
            ...open,
            outbox: open.outbox.map((part) => ({ ...part, idempotencyKey: `${part.idempotencyKey}${nowMs % 1000}` })),
          };
        },
      }),
    },
    "takes a send cut short by a crash for one that never began": {
      breaks: "I4",
      plant: (journal) => ({
        ...journal,
        async recover(nowMs) {
          const open = await journal.recover(nowMs);
          return { ...open, outbox: open.outbox.map((part) => ({ ...part, ambiguous: 0 })) };
        },
      }),
    },
    "gives open messages back in the wrong order": {
      breaks: "I5",
      plant: (journal) => ({
        ...journal,
        async recover(nowMs) {
          const open = await journal.recover(nowMs);
          return { ...open, inbox: open.inbox.toReversed() };
        },
      }),
    },
    "forgets open parts at a restart": {
      breaks: "I8",
      plant: (journal) => ({
        ...journal,
        async recover(nowMs) {
          return { ...(await journal.recover(nowMs)), outbox: [] };
        },
      }),
    },
    "settles a turn without its answer": {
      breaks: "I9",
      plant: (journal) => ({
        ...journal,
        settleTurn: (settlement) =>
          journal.settleTurn(settlement.seq % 7 === 0 ? { ...settlement, parts: [] } : settlement),
      }),
    },
    "loses what a room shows of an answer at a restart": {
      breaks: "I10",
      plant: (journal) => ({
        ...journal,
        async recover(nowMs) {
          const open = await journal.recover(nowMs);
          return { ...open, inbox: open.inbox.map(({ preview: _preview, ...row }) => row) };
        },
      }),
    },
  };
  for (const [name, { breaks, plant }] of Object.entries(plants)) {
    test(`${breaks}: ${name}`, { timeout: 60_000 }, async () => {
      const { failures } = await campaign(1, 400, planted(plant));
      const broken = failures.flatMap((failure) => failure.violations.map((violation) => violation.invariant));
      expect(broken.map((invariant) => invariant.split(" ")[0])).toContain(breaks);
    });
  }
});
