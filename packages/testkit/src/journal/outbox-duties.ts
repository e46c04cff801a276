import { expect } from "vitest";
import type { JournalDuties } from "./harness.ts";
import {
  NOW,
  acceptOne,
  sampleEvent,
  sampleBatch,
  sampleEntry,
  samplePart,
  sampleSettlement,
  startOne,
} from "./samples.ts";

const DAY_MS = 86_400_000;

/** What the outbox, the lists, the counts, `prune` and `close` promise. */
export const outboxDuties: JournalDuties = {
  "takes whole milliseconds only, and changes nothing otherwise": async ({ journal }) => {
    const fraction = samplePart("p1:0", { nextAtMs: NOW + 0.5 });
    await expect(journal.enqueue([fraction])).rejects.toMatchObject({ name: "LoongError" });
    const part = samplePart("p2:0");
    await journal.enqueue([part]);
    await expect(journal.savePart({ ...part, nextAtMs: NOW + 0.5 })).rejects.toMatchObject({ name: "LoongError" });
    expect(await journal.part("p2:0")).toEqual(part);
  },

  "stores a part whole": async ({ journal, reopen }) => {
    const full = samplePart("p1:0", {
      kind: "proactive",
      content: { type: "card", card: { body: ["发布", 1, null] }, fallbackText: "发布" },
      attempts: 2,
      ambiguous: 1,
      firstSentAtMs: NOW - 1,
      receipt: { messageId: "m1", degraded: "as text" },
      error: "late",
    });
    const { threadId: _threadId, inReplyTo: _inReplyTo, ...bare } = samplePart("p2:0", { kind: "notice" });
    await journal.enqueue([full, bare]);
    const again = await reopen();
    expect(await again.part("p1:0")).toEqual(full);
    expect(await again.part("p2:0")).toEqual(bare);
    expect(await again.part("p3:0")).toBeUndefined();
  },

  "refuses a second part with the same id": async ({ journal }) => {
    await journal.enqueue([samplePart("p1:0")]);
    const again = [samplePart("p2:0"), samplePart("p1:0", { to: "elsewhere" })];
    await expect(journal.enqueue(again)).rejects.toMatchObject({ name: "LoongError" });
    expect(await journal.part("p1:0")).toEqual(samplePart("p1:0"));
    expect(await journal.part("p2:0")).toBeUndefined();
  },

  "savePart writes the mutable half and nothing else": async ({ journal, reopen }) => {
    await journal.enqueue([samplePart("p1:0", { error: "first try" })]);
    const { error: _error, ...clean } = samplePart("p1:0");
    const saved = {
      ...clean,
      state: "sent" as const,
      attempts: 2,
      ambiguous: 1,
      firstSentAtMs: NOW,
      nextAtMs: NOW + 5,
      receipt: { messageId: "m1" },
    };
    await journal.savePart({ ...saved, to: "elsewhere", content: { type: "text", text: "other" } });
    expect(await (await reopen()).part("p1:0")).toEqual(saved);
  },

  "refuses to save a part it does not have": async ({ journal }) => {
    await expect(journal.savePart(samplePart("p1:0"))).rejects.toMatchObject({ name: "LoongError" });
    expect(await journal.part("p1:0")).toBeUndefined();
  },

  "an operator may send an ended part again": async ({ journal, reopen }) => {
    await journal.enqueue([samplePart("p1:0", { state: "unknown", attempts: 2, ambiguous: 2 })]);
    await journal.savePart(samplePart("p1:0"));
    expect((await (await reopen()).recover(NOW)).outbox).toEqual([samplePart("p1:0")]);
  },

  "lists the newest first, by state, up to a limit": async ({ journal }) => {
    const [a, b, c] = [await acceptOne(journal, "a"), await acceptOne(journal, "b"), await acceptOne(journal, "c")];
    await journal.settleTurn(sampleSettlement(b, { state: "dead", error: "gone", parts: [] }));
    const places = async (states?: ("new" | "dead" | "done")[], limit = 10) =>
      (await journal.list({ box: "inbox", limit, ...(states === undefined ? {} : { states }) })).map(({ seq }) => seq);
    expect(await places()).toEqual([c, b, a]);
    expect(await places(["new"])).toEqual([c, a]);
    expect(await places(["dead"])).toEqual([b]);
    expect(await places(["dead", "new", "done"])).toEqual([c, b, a]);
    expect(await places(["new", "dead"], 2)).toEqual([c, b]);
    expect(await places([])).toEqual([]);
    await journal.enqueue([samplePart("p1:0"), samplePart("p2:0", { state: "unknown" }), samplePart("p3:0")]);
    const ids = async (states: ("pending" | "unknown" | "sent")[]) =>
      (await journal.list({ box: "outbox", states, limit: 10 })).map(({ id }) => id);
    expect(await ids(["pending"])).toEqual(["p3:0", "p1:0"]);
    expect(await ids(["unknown", "sent"])).toEqual(["p2:0"]);
  },

  "counts every state, through every change and a restart": async ({ journal, reopen }) => {
    await acceptOne(journal, "new");
    await acceptOne(journal, "denied", { state: "denied" });
    await startOne(journal, "running");
    await journal.settleTurn(sampleSettlement(await startOne(journal, "done"), { parts: [samplePart("a:0")] }));
    const dead = sampleSettlement(await startOne(journal, "dead"), { state: "dead", parts: [] });
    await journal.settleTurn(dead);
    await journal.enqueue([samplePart("b:0", { state: "sending" }), samplePart("c:0"), samplePart("d:0")]);
    await journal.savePart(samplePart("c:0", { state: "sent" }));
    await journal.savePart(samplePart("d:0", { state: "rejected" }));
    const before = {
      inbox: { new: 1, running: 1, done: 1, denied: 1, dead: 1 },
      outbox: { pending: 1, sending: 1, sent: 1, unknown: 0, dead: 0, rejected: 1 },
    };
    expect(await journal.counts()).toEqual(before);
    const again = await reopen();
    expect(await again.counts()).toEqual(before);
    await again.recover(NOW);
    expect(await again.counts()).toEqual({
      inbox: { ...before.inbox, new: 2, running: 0 },
      outbox: { ...before.outbox, pending: 2, sending: 0 },
    });
  },

  "prune forgets what was said and still knows the message": async ({ journal, reopen }) => {
    const seq = await startOne(journal, "a");
    await journal.settleTurn(sampleSettlement(seq, { parts: [samplePart("a:0", { state: "sent" })] }));
    await journal.prune({ scrubBeforeMs: NOW + DAY_MS, deleteBeforeMs: NOW - DAY_MS });
    const again = await reopen();
    const [row] = await again.list({ box: "inbox", limit: 1 });
    const { eventId, messageId } = sampleEvent("a");
    expect(row).toMatchObject({ seq, state: "done", event: { eventId, messageId, text: "" } });
    expect(JSON.stringify([row, await again.part("a:0")])).not.toMatch(/hello from a|img-1|Ada|\*\*a:0/);
    const other = [sampleEvent("a", { messageId: "x" }), sampleEvent("a", { eventId: "x" })];
    for (const event of other) {
      const [result] = await again.accept(sampleBatch([sampleEntry("a", { event })]));
      expect(result).toEqual({ duplicate: true, seq });
    }
  },

  "prune deletes whole rows by age, and their counts": async ({ journal, reopen }) => {
    const seq = await startOne(journal, "a");
    await journal.settleTurn(sampleSettlement(seq, { parts: [samplePart("a:0", { state: "sent" })] }));
    await journal.prune({ scrubBeforeMs: NOW + 1, deleteBeforeMs: NOW + 1 });
    const again = await reopen();
    expect(await again.list({ box: "inbox", limit: 10 })).toEqual([]);
    expect(await again.part("a:0")).toBeUndefined();
    const { inbox, outbox } = await again.counts();
    expect([...Object.values(inbox), ...Object.values(outbox)].every((count) => count === 0)).toBe(true);
    const [result] = await again.accept(sampleBatch([sampleEntry("a")]));
    expect(result?.duplicate).toBe(false);
  },

  "prune spares what is open and what is young": async ({ journal, reopen }) => {
    await acceptOne(journal, "waiting");
    await journal.enqueue([samplePart("p1:0")]);
    const young = sampleBatch([sampleEntry("young", { state: "denied" })], { nowMs: NOW + DAY_MS });
    await journal.accept(young);
    await journal.prune({ scrubBeforeMs: NOW + DAY_MS, deleteBeforeMs: NOW + DAY_MS });
    const again = await reopen();
    const found = await again.recover(NOW);
    expect(found.inbox.map(({ event }) => event)).toEqual([sampleEvent("waiting")]);
    expect(found.outbox).toEqual([samplePart("p1:0")]);
    expect((await again.list({ box: "inbox", states: ["denied"], limit: 1 }))[0]?.event).toEqual(sampleEvent("young"));
  },

  "prune reaches every old row, however many": async ({ journal }) => {
    const entries = Array.from({ length: 1001 }, (_, n) => sampleEntry(`old-${n}`, { state: "denied" }));
    await journal.accept(sampleBatch(entries));
    await journal.prune({ scrubBeforeMs: NOW + 1, deleteBeforeMs: 0 });
    const rows = await journal.list({ box: "inbox", limit: 2000 });
    expect(rows.filter(({ event }) => event.text !== "")).toEqual([]);
    await journal.prune({ scrubBeforeMs: NOW + 1, deleteBeforeMs: NOW + 1 });
    expect((await journal.counts()).inbox.denied).toBe(0);
  },

  "does not try again with a body that was forgotten": async ({ journal }) => {
    const dead = sampleSettlement(await startOne(journal, "a"), { state: "dead", error: "x", parts: [] });
    await journal.settleTurn(dead);
    await journal.enqueue([samplePart("p1:0", { state: "dead" })]);
    await journal.prune({ scrubBeforeMs: NOW + 1, deleteBeforeMs: 0 });
    await expect(journal.settleTurn({ ...dead, state: "new" })).rejects.toMatchObject({ name: "LoongError" });
    await expect(journal.savePart(samplePart("p1:0"))).rejects.toMatchObject({ name: "LoongError" });
    expect((await journal.counts()).inbox.new).toBe(0);
  },

  "keeps what was called before close, and refuses what comes later": async ({ journal, reopen }) => {
    const stored = journal.enqueue([samplePart("p1:0")]);
    await Promise.all([journal.close(), journal.close()]);
    await stored;
    await journal.close();
    await expect(journal.enqueue([samplePart("p2:0")])).rejects.toMatchObject({ name: "LoongError" });
    await expect(journal.counts()).rejects.toMatchObject({ name: "LoongError" });
    const again = await reopen();
    expect(await again.part("p1:0")).toEqual(samplePart("p1:0"));
    expect(await again.part("p2:0")).toBeUndefined();
  },
};
