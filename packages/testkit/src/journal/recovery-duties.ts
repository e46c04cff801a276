import { expect } from "vitest";
import type { JournalDuties } from "./harness.ts";
import { NOW, acceptOne, sampleAllow, samplePairing, samplePart, sampleSettlement, startOne } from "./samples.ts";

/** What a new process finds after a crash. */
export const recoveryDuties: JournalDuties = {
  "has the same instance key after a restart": async ({ journal, reopen }) => {
    expect(journal.instanceKey).toHaveLength(32);
    expect([...(await reopen()).instanceKey]).toEqual([...journal.instanceKey]);
  },

  "gives back what was open, in order of arrival, and nothing that has ended": async ({ journal, reopen }) => {
    const done = await startOne(journal, "done");
    await journal.settleTurn(sampleSettlement(done));
    const first = await acceptOne(journal, "first");
    const second = await startOne(journal, "second");
    const third = await acceptOne(journal, "third");
    await journal.savePart(samplePart(`${done}:0`, { state: "sent", receipt: { messageId: "m" } }));
    const found = await (await reopen()).recover(NOW);
    expect(found.inbox.map(({ seq }) => seq)).toEqual([first, second, third]);
    expect(found.outbox).toEqual([]);
  },

  "a running row comes back as new with one more crash, every time": async ({ journal, reopen }) => {
    const seq = await startOne(journal, "a");
    const second = await reopen();
    const [row] = (await second.recover(NOW)).inbox;
    expect(row).toMatchObject({ seq, state: "new", attempts: 1, crashes: 1 });
    await second.startTurn(seq, NOW);
    const third = await reopen();
    expect((await third.recover(NOW)).inbox[0]).toMatchObject({ seq, state: "new", attempts: 2, crashes: 2 });
  },

  "a row that waited comes back without a crash": async ({ journal, reopen }) => {
    await acceptOne(journal, "a");
    await reopen().then((again) => again.recover(NOW));
    const [row] = (await (await reopen()).recover(NOW)).inbox;
    expect(row).toMatchObject({ state: "new", attempts: 0, crashes: 0 });
  },

  "a sending part comes back as pending and ambiguous": async ({ journal, reopen }) => {
    const part = samplePart("p1:0", { state: "sending", attempts: 1, firstSentAtMs: NOW });
    await journal.enqueue([samplePart("p0:0"), part]);
    const again = await reopen();
    const { outbox } = await again.recover(NOW);
    expect(outbox).toEqual([samplePart("p0:0"), { ...part, state: "pending", ambiguous: 1 }]);
  },

  "what recover changed is stored": async ({ journal, reopen }) => {
    const seq = await startOne(journal, "a");
    await journal.enqueue([samplePart("p1:0", { state: "sending", attempts: 1 })]);
    await reopen().then((again) => again.recover(NOW));
    const found = await (await reopen()).recover(NOW);
    expect(found.inbox[0]).toMatchObject({ seq, state: "new", crashes: 1 });
    expect(found.outbox[0]).toMatchObject({ id: "p1:0", state: "pending", ambiguous: 1 });
  },

  "an approval replaces the request and survives a restart": async ({ journal, reopen }) => {
    await acceptOne(journal, "a", { state: "denied", pairing: samplePairing("ada") });
    await acceptOne(journal, "b", { state: "denied", pairing: samplePairing("bob") });
    await journal.settlePairing(samplePairing("ada"), sampleAllow("ada"), [samplePart("welcome")]);
    await journal.settlePairing(samplePairing("bob"));
    const found = await (await reopen()).recover(NOW);
    expect(found.pairings).toEqual([]);
    expect(found.allowed).toEqual([sampleAllow("ada")]);
    expect(found.outbox).toEqual([samplePart("welcome")]);
  },

  "a sender has one request: the latest": async ({ journal, reopen }) => {
    await acceptOne(journal, "a", { state: "denied", pairing: samplePairing("ada", { code: "FIRST222" }) });
    await acceptOne(journal, "b", { state: "denied", pairing: samplePairing("ada", { code: "SECOND22" }) });
    const { pairings } = await (await reopen()).recover(NOW);
    expect(pairings.map(({ code }) => code)).toEqual(["SECOND22"]);
  },

  "an expired request is gone": async ({ journal, reopen }) => {
    await acceptOne(journal, "a", { state: "denied", pairing: samplePairing("ada", { expiresAtMs: NOW + 10 }) });
    expect((await (await reopen()).recover(NOW + 9)).pairings).toHaveLength(1);
    expect((await (await reopen()).recover(NOW + 10)).pairings).toEqual([]);
  },

  "revoke says whether there was something to revoke": async ({ journal, reopen }) => {
    await journal.settlePairing(samplePairing("ada"), sampleAllow("ada"));
    const { channel, account } = sampleAllow("ada");
    expect(await journal.revoke(channel, account, "eve")).toBe(false);
    expect(await journal.revoke(channel, "work", "ada")).toBe(false);
    expect(await journal.revoke(channel, account, "ada")).toBe(true);
    expect(await journal.revoke(channel, account, "ada")).toBe(false);
    expect((await (await reopen()).recover(NOW)).allowed).toEqual([]);
  },
};
