import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleBatch, sampleEntry, samplePart, sampleSettlement } from "@loong/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openJournalReader, openSqliteJournal } from "./index.ts";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loong-reader-"));
  file = join(directory, "journal.sqlite");
});
afterEach(() => rmSync(directory, { recursive: true }));

async function fill(close = true): Promise<() => Promise<void>> {
  const journal = await openSqliteJournal({ file });
  await journal.accept({ channel: "fake", account: "a", nowMs: 1, entries: [sampleEntry("event-1")] });
  await journal.enqueue([samplePart("1:0")]);
  if (close) await journal.close();
  return () => journal.close();
}

test("there is nothing to look at before the first start", () => {
  expect(openJournalReader(file)).toBeUndefined();
});

test.each([
  ["that was closed", true],
  ["that a gateway has open", false],
])("shows what is in a journal %s, and changes nothing", async (_name, closed) => {
  const close = await fill(closed);
  {
    using reader = openJournalReader(file);
    expect(reader?.counts()).toMatchObject({ inbox: { new: 1, running: 0 }, outbox: { pending: 1 } });
    expect(reader?.list({ box: "inbox", limit: 10 })).toMatchObject([{ state: "new" }]);
    expect(reader?.list({ box: "outbox", limit: 10, states: ["dead"] })).toEqual([]);
    expect([reader?.requests(), reader?.allowed()]).toEqual([[], []]);
  }
  if (!closed) await close();
  const again = await openSqliteJournal({ file });
  expect(again.warnings).toEqual([]);
  await again.close();
});

test.each([
  ["older", "PRAGMA user_version = 1", "JOURNAL_OLDER_VERSION"],
  ["newer", "PRAGMA user_version = 999", "JOURNAL_NEWER_VERSION"],
  ["foreign", "PRAGMA application_id = 7", "JOURNAL_FOREIGN_FILE"],
])("does not guess at one that is %s", async (_name, sql, code) => {
  await fill();
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
  expect(() => openJournalReader(file)).toThrow(expect.objectContaining({ code }));
});

test("does not take another file for one", () => {
  writeFileSync(file, "not a database ".repeat(1000));
  expect(() => openJournalReader(file)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^JOURNAL_/) }));
});

test("tells what a clean-up would forget", async () => {
  const journal = await openSqliteJournal({ file });
  const accept = (name: string, nowMs: number, state: "new" | "denied" = "new") =>
    journal.accept(sampleBatch([sampleEntry(name, { state })], { nowMs }));
  await accept("open", 10);
  await accept("denied of old", 10, "denied");
  await accept("denied", 150, "denied");
  await accept("denied of late", 250, "denied");
  const [answered] = await accept("answered", 120);
  await journal.startTurn(answered?.seq ?? 0, 120);
  await journal.settleTurn(sampleSettlement(answered?.seq ?? 0, { parts: [] }));
  const limits = { deleteBeforeMs: 50, scrubBeforeMs: 130, scrubDeniedBeforeMs: 200 };
  const prunable = () => {
    using reader = openJournalReader(file);
    return reader?.prunable(limits);
  };
  expect(prunable()).toEqual({ texts: 2, rows: 1 });
  await journal.prune(limits);
  expect(prunable()).toEqual({ texts: 0, rows: 0 });
  await journal.close();
});
