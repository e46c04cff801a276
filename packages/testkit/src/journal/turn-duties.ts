import { expect } from "vitest";
import type { JournalDuties } from "./harness.ts";
import { LANE, NOW, acceptOne, sampleLine, samplePart, sampleSettlement, startOne } from "./samples.ts";

/** What `startTurn`, `settleTurn`, `history` and `resetConversation` promise. */
export const turnDuties: JournalDuties = {
  "starts a turn once": async ({ journal }) => {
    const seq = await startOne(journal, "a");
    const [row] = await journal.list({ box: "inbox", limit: 1 });
    expect(row).toMatchObject({ seq, state: "running", attempts: 1 });
    await expect(journal.startTurn(seq, NOW)).rejects.toMatchObject({ name: "LoongError" });
    expect((await journal.list({ box: "inbox", limit: 1 }))[0]).toMatchObject({ attempts: 1 });
  },

  "ends a turn with transcript and every part, in order": async ({ journal, reopen }) => {
    const seq = await startOne(journal, "a");
    const parts = [samplePart(`${seq}:0`), samplePart(`${seq}:1`), samplePart(`${seq}:2`)];
    await journal.settleTurn(sampleSettlement(seq, { parts }));
    const again = await reopen();
    const found = await again.recover(NOW);
    expect(found.inbox).toEqual([]);
    expect(found.outbox).toEqual(parts);
    expect(await again.history(LANE, 10)).toEqual(sampleSettlement(seq).transcript);
  },

  "a part may be born sending, with its attempt": async ({ journal, reopen }) => {
    const seq = await startOne(journal, "a");
    const born = samplePart(`${seq}:0`, { state: "sending", attempts: 1, firstSentAtMs: NOW });
    await journal.settleTurn(sampleSettlement(seq, { parts: [born] }));
    expect(await journal.part(born.id)).toEqual(born);
    const [part] = (await (await reopen()).recover(NOW)).outbox;
    expect(part).toMatchObject({ state: "pending", attempts: 1, ambiguous: 1, firstSentAtMs: NOW });
  },

  "ends a turn whole or not at all": async ({ journal, reopen }) => {
    const seq = await startOne(journal, "a");
    await journal.enqueue([samplePart("taken:0")]);
    const parts = [samplePart(`${seq}:0`), samplePart("taken:0")];
    await expect(journal.settleTurn(sampleSettlement(seq, { parts }))).rejects.toMatchObject({ name: "LoongError" });
    const again = await reopen();
    expect(await again.history(LANE, 10)).toEqual([]);
    expect(await again.part(`${seq}:0`)).toBeUndefined();
    expect((await again.list({ box: "inbox", limit: 1 }))[0]).toMatchObject({ seq, state: "running" });
  },

  "ends a turn once": async ({ journal }) => {
    const seq = await startOne(journal, "a");
    await journal.settleTurn(sampleSettlement(seq));
    const second = sampleSettlement(seq, { parts: [samplePart(`${seq}:9`)] });
    await expect(journal.settleTurn(second)).rejects.toMatchObject({ name: "LoongError" });
    expect(await journal.part(`${seq}:9`)).toBeUndefined();
    expect(await journal.history(LANE, 10)).toHaveLength(2);
  },

  "gives a row back for another attempt": async ({ journal, reopen }) => {
    const seq = await startOne(journal, "a");
    const back = sampleSettlement(seq, {
      state: "new",
      nextAtMs: NOW + 1000,
      error: "busy",
      transcript: [],
      parts: [],
    });
    await journal.settleTurn(back);
    const again = await reopen();
    expect((await again.recover(NOW)).inbox[0]).toMatchObject({
      attempts: 1,
      crashes: 0,
      nextAtMs: NOW + 1000,
      error: "busy",
    });
    await again.startTurn(seq, NOW + 1000);
    await again.settleTurn(sampleSettlement(seq));
    const [row] = await again.list({ box: "inbox", limit: 1 });
    expect(row).toMatchObject({ state: "done", attempts: 2 });
    expect(row).not.toHaveProperty("error");
  },

  "keeps what the room shows for a row that runs, over a retry and a restart, until an operator begins it anew":
    async ({ journal, reopen }) => {
      const seq = await acceptOne(journal, "a");
      await expect(journal.savePreview(seq, "too early")).rejects.toMatchObject({ name: "LoongError" });
      await journal.startTurn(seq, NOW);
      await journal.savePreview(seq, "card-1");
      await journal.savePreview(seq, "card-2");
      await journal.settleTurn(sampleSettlement(seq, { state: "new", transcript: [], parts: [] }));
      const again = await reopen();
      expect((await again.recover(NOW)).inbox[0]).toMatchObject({ preview: "card-2" });
      const parts = [samplePart(`${seq}:0`, { preview: "card-2" })];
      await again.settleTurn(sampleSettlement(seq, { state: "dead", error: "gave up", transcript: [], parts }));
      expect((await again.recover(NOW)).outbox).toEqual(parts);
      await again.settleTurn(sampleSettlement(seq, { state: "new", transcript: [], parts: [] }));
      expect((await again.recover(NOW)).inbox[0]).not.toHaveProperty("preview");
    },

  "buries a row that never ran": async ({ journal }) => {
    const seq = await acceptOne(journal, "a");
    await journal.settleTurn(sampleSettlement(seq, { state: "dead", error: "poison", transcript: [], parts: [] }));
    expect((await journal.list({ box: "inbox", states: ["dead"], limit: 1 }))[0]).toMatchObject({
      seq,
      error: "poison",
    });
  },

  "a dead row given back by an operator begins anew": async ({ journal, reopen }) => {
    const seq = await startOne(journal, "a");
    const again = await reopen();
    await again.recover(NOW);
    await again.settleTurn(sampleSettlement(seq, { state: "dead", error: "poison", transcript: [], parts: [] }));
    await again.settleTurn(sampleSettlement(seq, { state: "new", transcript: [], parts: [] }));
    const [row] = (await (await reopen()).recover(NOW)).inbox;
    expect(row).toMatchObject({ seq, state: "new", attempts: 0, crashes: 0 });
  },

  "history is the last lines, oldest first, of one conversation": async ({ journal }) => {
    for (const name of ["a", "b", "c"]) {
      const seq = await startOne(journal, name);
      const transcript = [{ ...sampleLine("user", `${name}?`), name: "Ada" }, sampleLine("assistant", `${name}!`)];
      await journal.settleTurn(sampleSettlement(seq, { transcript }));
    }
    expect((await journal.history(LANE, 3)).map(({ text }) => text)).toEqual(["b!", "c?", "c!"]);
    expect((await journal.history(LANE, 100)).map(({ text }) => text)).toEqual(["a?", "a!", "b?", "b!", "c?", "c!"]);
    expect((await journal.history(LANE, 6))[0]).toEqual({ role: "user", name: "Ada", text: "a?", atMs: NOW });
    expect(await journal.history(LANE, 0)).toEqual([]);
    expect(await journal.history("rooms/default/other", 10)).toEqual([]);
  },

  "a reset conversation begins anew, also after a restart": async ({ journal, reopen }) => {
    await journal.settleTurn(sampleSettlement(await startOne(journal, "a")));
    const other = sampleSettlement(await startOne(journal, "b"), { conversationKey: "other" });
    await journal.settleTurn(other);
    await journal.resetConversation(LANE, NOW);
    expect(await journal.history(LANE, 10)).toEqual([]);
    const again = await reopen();
    expect(await again.history("other", 10)).toEqual(other.transcript);
    const seq = await startOne(again, "c");
    await again.settleTurn(sampleSettlement(seq));
    expect((await again.history(LANE, 10)).map(({ text }) => text)).toEqual([`question ${seq}`, `answer ${seq}`]);
  },
};
