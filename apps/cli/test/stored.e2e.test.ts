import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { statePaths } from "@loong/config";
import { openSqliteJournal, type SqliteJournal } from "@loong/journal/sqlite";
import { sampleEntry, samplePart } from "@loong/testkit";
import { expect, test } from "vitest";
import { loong } from "./loong.ts";
import { temporaryHome } from "./temporary-home.ts";

type PairingRequest = Parameters<SqliteJournal["settlePairing"]>[0];

function pairing(senderId: string, code: string, expiresAtMs: number): PairingRequest {
  return { channel: "fake", account: "default", senderId, conversationId: "room", code, createdAtMs: 1, expiresAtMs };
}

/** A home whose last gateway left some things undone. */
async function homeWithJournal(): Promise<string> {
  const home = await temporaryHome();
  const nowMs = Date.now();
  const journal = await openSqliteJournal({ file: statePaths({ LOONG_HOME: home }).journalFile });
  const stranger = pairing("stranger", "ABCD2345", nowMs + 3_600_000);
  const late = pairing("late", "WXYZ2345", 2);
  const entries = [
    sampleEntry("waits"),
    sampleEntry("asks", { state: "denied", pairing: stranger }),
    sampleEntry("asked", { state: "denied", pairing: late }),
  ];
  await journal.accept({ channel: "fake", account: "default", nowMs, entries });
  await journal.enqueue([samplePart("1:0"), samplePart("1:1", { state: "unknown", error: "FAKE: what happened" })]);
  const friend = { channel: "fake", account: "default", senderId: "friend", approvedAtMs: nowMs };
  await journal.settlePairing(pairing("friend", "EFGH2345", nowMs), friend);
  await journal.close();
  return home;
}

const json = async (home: string, ...args: string[]) => {
  const { exitCode, stdout } = await loong(home, [...args, "--json"]);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as unknown;
};

test("without a gateway, what the last one left undone is listed from its journal", async () => {
  const home = await homeWithJournal();
  expect(await json(home, "messages")).toMatchObject({
    messages: expect.arrayContaining([
      expect.objectContaining({ box: "inbox", state: "new" }),
      expect.objectContaining({ box: "outbox", id: "1:0", state: "pending" }),
      expect.objectContaining({ box: "outbox", id: "1:1", state: "unknown", error: "FAKE: what happened" }),
    ]),
  });
  expect(await json(home, "messages", "list", "--state", "dead")).toEqual({ messages: [] });
  expect(await json(home, "pairing")).toMatchObject({
    pairings: [
      { senderId: "stranger", state: "pending", code: "ABCD2345" },
      { senderId: "friend", state: "approved" },
    ],
  });
});

test("status counts it", async () => {
  const home = await homeWithJournal();
  expect(await json(home, "status")).toMatchObject({
    gateway: { phase: "stopped", running: false, surfaces: [] },
    queues: null,
    acp: { enabled: false, availability: "disabled" },
    workUnits: {
      source: "journal",
      open: 2,
      failed: 1,
      turns: { new: 1, running: 0, done: 0, denied: 2, dead: 0 },
      deliveries: { pending: 1, sending: 0, sent: 0, unknown: 1, dead: 0, rejected: 0 },
    },
    nextActions: expect.arrayContaining([expect.objectContaining({ command: "loong messages" })]),
  });
  expect((await loong(home, ["status"])).stdout).toMatch(/^Outbox +1 pending, 1 unknown$/mu);
});

test("where nothing ever ran there is nothing, and that is said at once", async () => {
  const home = await temporaryHome();
  expect(await json(home, "status")).toMatchObject({ queues: null, workUnits: { source: "none", open: 0, failed: 0 } });
  expect(await loong(home, ["messages"])).toMatchObject({ exitCode: 0, stdout: "" });
  expect(await loong(home, ["pairing"])).toMatchObject({ exitCode: 0, stdout: "" });
});

test("a journal that cannot be read: status goes on without it, messages says why", async () => {
  const home = await homeWithJournal();
  await writeFile(join(home, "state", "journal.sqlite"), "not a journal ".repeat(1000));
  expect(await json(home, "status")).toMatchObject({ workUnits: { source: "none" } });
  expect(await loong(home, ["messages"])).toMatchObject({
    exitCode: 78,
    stderr: expect.stringMatching(/^error: .*journal\.sqlite.*\nhint: ./u),
  });
});
