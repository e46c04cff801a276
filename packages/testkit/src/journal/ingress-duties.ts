import { expect } from "vitest";
import type { JournalDuties } from "./harness.ts";
import {
  ACCOUNT,
  CHANNEL,
  LANE,
  NOW,
  acceptOne,
  sampleBatch,
  sampleEntry,
  sampleEvent,
  samplePairing,
  samplePart,
} from "./samples.ts";

/** What `accept` and `cursor` promise. */
export const ingressDuties: JournalDuties = {
  "stores an event whole": async ({ journal, reopen }) => {
    const event = sampleEvent("a", { text: "发布 🚀 \u0000 \"quoted\" 'n' line\nend", inReplyTo: "message-z" });
    const action = sampleEvent("b", { kind: "action", action: { cardMessageId: "c", value: { deep: [1, null] } } });
    await journal.accept(sampleBatch([sampleEntry("a", { event }), sampleEntry("b", { event: action })]));
    const { inbox } = await (await reopen()).recover(NOW);
    expect(inbox.map((row) => row.event)).toEqual([event, action]);
    expect(inbox[0]).toMatchObject({ channel: CHANNEL, account: ACCOUNT, lane: LANE, receivedAtMs: NOW, state: "new" });
    expect(inbox[0]).toMatchObject({ attempts: 0, crashes: 0, nextAtMs: NOW });
  },

  "gives places in the order of arrival, and never one of them again": async ({ journal, reopen }) => {
    const results = await journal.accept(sampleBatch(["a", "b", "c"].map((name) => sampleEntry(name))));
    const seqs = results.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((x, y) => x - y));
    expect(new Set(seqs).size).toBe(3);
    for (const seq of seqs) {
      await journal.startTurn(seq, NOW);
      await journal.settleTurn({
        seq,
        state: "done",
        nextAtMs: NOW,
        conversationKey: LANE,
        transcript: [],
        parts: [],
        nowMs: NOW,
      });
    }
    await journal.prune({ scrubBeforeMs: NOW + 1, deleteBeforeMs: NOW + 1 });
    const next = await acceptOne(await reopen(), "d");
    expect(next).toBeGreaterThan(Math.max(...seqs));
  },

  "knows an event by its event id": async ({ journal, reopen }) => {
    const seq = await acceptOne(journal, "a");
    const again = sampleEntry("a", { event: sampleEvent("a", { messageId: "message-other" }) });
    expect(await journal.accept(sampleBatch([again]))).toEqual([{ duplicate: true, seq }]);
    expect(await (await reopen()).accept(sampleBatch([again]))).toEqual([{ duplicate: true, seq }]);
  },

  "knows an event by its message id": async ({ journal, reopen }) => {
    const seq = await acceptOne(journal, "a");
    const again = sampleEntry("a", { event: sampleEvent("a", { eventId: "event-other" }) });
    expect(await journal.accept(sampleBatch([again]))).toEqual([{ duplicate: true, seq }]);
    expect(await (await reopen()).accept(sampleBatch([again]))).toEqual([{ duplicate: true, seq }]);
  },

  "sees a duplicate within one batch": async ({ journal }) => {
    const [first, second] = await journal.accept(sampleBatch([sampleEntry("a"), sampleEntry("a")]));
    expect(first?.duplicate).toBe(false);
    expect(second).toEqual({ duplicate: true, seq: first?.seq });
  },

  "keeps the ids of two accounts and of two channels apart": async ({ journal }) => {
    await acceptOne(journal, "a");
    for (const changes of [{ account: "work" }, { channel: "mail" }]) {
      const [result] = await journal.accept(sampleBatch([sampleEntry("a")], changes));
      expect(result?.duplicate).toBe(false);
    }
  },

  "keeps a denied event with its reason and never runs it": async ({ journal, reopen }) => {
    await acceptOne(journal, "a", { state: "denied", reason: "not allowed" });
    const again = await reopen();
    expect((await again.recover(NOW)).inbox).toEqual([]);
    const [row] = await again.list({ box: "inbox", states: ["denied"], limit: 10 });
    expect(row).toMatchObject({ state: "denied", error: "not allowed" });
    await expect(again.startTurn(row?.seq ?? 0, NOW)).rejects.toMatchObject({ name: "LoongError" });
  },

  "stores pairing and notice with a new event": async ({ journal, reopen }) => {
    const notice = samplePart("n1:0", { kind: "notice" });
    await acceptOne(journal, "a", { state: "denied", pairing: samplePairing("ada"), notice });
    const found = await (await reopen()).recover(NOW);
    expect(found.pairings).toEqual([samplePairing("ada")]);
    expect(found.outbox).toEqual([notice]);
  },

  "stores neither pairing nor notice of a duplicate": async ({ journal, reopen }) => {
    await acceptOne(journal, "a");
    await acceptOne(journal, "a", { pairing: samplePairing("ada"), notice: samplePart("n1:0") });
    const found = await (await reopen()).recover(NOW);
    expect(found.pairings).toEqual([]);
    expect(found.outbox).toEqual([]);
  },

  "moves the cursor with the rows, also when all are duplicates or none came": async ({ journal, reopen }) => {
    expect(await journal.cursor(CHANNEL, ACCOUNT)).toBeUndefined();
    await journal.accept(sampleBatch([sampleEntry("a")], { cursor: "41" }));
    expect(await journal.cursor(CHANNEL, ACCOUNT)).toBe("41");
    await journal.accept(sampleBatch([sampleEntry("a")], { cursor: "42" }));
    expect(await journal.cursor(CHANNEL, ACCOUNT)).toBe("42");
    await journal.accept(sampleBatch([], { cursor: "43" }));
    await journal.accept(sampleBatch([sampleEntry("b")]));
    const again = await reopen();
    expect(await again.cursor(CHANNEL, ACCOUNT)).toBe("43");
    expect(await again.cursor(CHANNEL, "work")).toBeUndefined();
  },

  "stores nothing of a batch that it rejects": async ({ journal, reopen }) => {
    await journal.enqueue([samplePart("taken:0")]);
    const entries = [
      sampleEntry("a"),
      sampleEntry("b", { pairing: samplePairing("ada"), notice: samplePart("taken:0") }),
    ];
    await expect(journal.accept(sampleBatch(entries, { cursor: "7" }))).rejects.toMatchObject({ name: "LoongError" });
    const again = await reopen();
    const found = await again.recover(NOW);
    expect(found.inbox).toEqual([]);
    expect(found.pairings).toEqual([]);
    expect(await again.cursor(CHANNEL, ACCOUNT)).toBeUndefined();
    const [result] = await again.accept(sampleBatch([sampleEntry("a")]));
    expect(result?.duplicate).toBe(false);
  },

  "one refused call spares the calls beside it": async ({ journal, reopen }) => {
    const [first, refused, last] = await Promise.allSettled([
      journal.accept(sampleBatch([sampleEntry("a")])),
      journal.startTurn(999_999, NOW),
      journal.accept(sampleBatch([sampleEntry("b")])),
    ]);
    expect([first.status, refused.status, last.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const { inbox } = await (await reopen()).recover(NOW);
    expect(inbox.map((row) => row.event.eventId)).toEqual(["event-a", "event-b"]);
  },

  "takes many calls at once, each event once": async ({ journal }) => {
    const names = Array.from({ length: 100 }, (_, n) => `many-${n % 50}`);
    const results = await Promise.all(names.map((name) => journal.accept(sampleBatch([sampleEntry(name)]))));
    expect(results.flat().filter(({ duplicate }) => !duplicate)).toHaveLength(50);
    expect(new Set(results.flat().map(({ seq }) => seq)).size).toBe(50);
    expect((await journal.counts()).inbox.new).toBe(50);
  },
};
