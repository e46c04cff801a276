import { type JournalHarness, checkJournalDuty, journalConformance, journalDuties } from "@loong/testkit";
import type { Journal } from "@loong/gateway";
import { describe, expect, test } from "vitest";
import { createMemoryJournal, createMemoryStore } from "./memory.ts";

function harnessOf(wrap: (journal: Journal) => Journal = (journal) => journal): JournalHarness {
  const store = createMemoryStore();
  return {
    journal: wrap(createMemoryJournal(store)),
    reopen: async () => wrap(createMemoryJournal(store)),
    close: async () => {},
  };
}

journalConformance("the journal in memory", async () => harnessOf());

test("a journal that was opened again elsewhere is fenced off", async () => {
  const store = createMemoryStore();
  const dead = createMemoryJournal(store);
  createMemoryJournal(store);
  await expect(dead.resetConversation("a", 0)).rejects.toMatchObject({ code: "JOURNAL_CLOSED" });
});

test("a store takes the instance key it is given", () => {
  const instanceKey = new Uint8Array(32).fill(7);
  expect(createMemoryJournal(createMemoryStore({ instanceKey })).instanceKey).toBe(instanceKey);
  expect(createMemoryStore().instanceKey).not.toEqual(createMemoryStore().instanceKey);
});

describe("the suite finds a journal that", () => {
  const faults: Readonly<Record<string, (journal: Journal) => Journal>> = {
    "forgets the cursor": (journal) => ({
      ...journal,
      accept: ({ cursor: _cursor, ...batch }) => journal.accept(batch),
    }),
    "takes every event for a new one": (journal) => ({
      ...journal,
      accept: (batch) =>
        journal.accept({
          ...batch,
          entries: batch.entries.map((entry) => ({
            ...entry,
            event: { ...entry.event, eventId: `${Math.random()}`, messageId: `${Math.random()}` },
          })),
        }),
    }),
    "ends turn and parts in two steps": (journal) => ({
      ...journal,
      async settleTurn(settlement) {
        await journal.settleTurn({ ...settlement, parts: [] });
        await journal.enqueue(settlement.parts);
      },
    }),
    "does not count a crash": (journal) => ({
      ...journal,
      async recover(nowMs) {
        const found = await journal.recover(nowMs);
        return { ...found, inbox: found.inbox.map((row) => ({ ...row, crashes: 0 })) };
      },
    }),
    "takes an interrupted send for an unsent one": (journal) => ({
      ...journal,
      async recover(nowMs) {
        const found = await journal.recover(nowMs);
        return { ...found, outbox: found.outbox.map((part) => ({ ...part, ambiguous: 0 })) };
      },
    }),
    "deletes what prune should only scrub": (journal) => ({
      ...journal,
      prune: ({ scrubBeforeMs }) => journal.prune({ scrubBeforeMs, deleteBeforeMs: scrubBeforeMs }),
    }),
    "keeps everything when it prunes": (journal) => ({ ...journal, prune: async () => {} }),
    "gives history newest first": (journal) => ({
      ...journal,
      history: async (key, limit) => (await journal.history(key, limit)).toReversed(),
    }),
    "keeps a request that was settled": (journal) => ({ ...journal, settlePairing: async () => {} }),
    "lets in without a word": (journal) => ({
      ...journal,
      settlePairing: (request, allow) => journal.settlePairing(request, allow),
    }),
    "works on after close": (journal) => ({ ...journal, close: async () => {} }),
  };

  test.each(Object.entries(faults))("%s", async (_name, plant) => {
    const open = async () => harnessOf(plant);
    const verdicts = await Promise.allSettled(Object.values(journalDuties).map((duty) => checkJournalDuty(duty, open)));
    expect(verdicts.some(({ status }) => status === "rejected")).toBe(true);
  });
});
