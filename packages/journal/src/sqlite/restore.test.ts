import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleBatch, sampleEntry, samplePart } from "@loong/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backupJournal, inspectJournal, openSqliteJournal, restoreJournal } from "./index.ts";

let directory: string;
let file: string;
let copy: string;
let kept: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loong-restore-"));
  [file, copy, kept] = ["journal", "copy", "kept"].map((name) => join(directory, `${name}.sqlite`)) as [
    string,
    string,
    string,
  ];
});
afterEach(() => rmSync(directory, { recursive: true }));

async function storedIn(path: string): Promise<readonly string[]> {
  const journal = await openSqliteJournal({ file: path });
  expect(journal.warnings).toEqual([]);
  const { inbox } = await journal.recover(0);
  await journal.close();
  return inbox.map(({ event }) => event.eventId);
}

const names = (...ids: string[]) => ids.map((id) => `event-${id}`);

test("brings back what the copy holds and keeps what it replaces, with what was only in its log", async () => {
  const journal = await openSqliteJournal({ file });
  await journal.accept(sampleBatch([sampleEntry("before")]));
  await backupJournal(file, copy);
  await journal.accept(sampleBatch([sampleEntry("after")]));
  // As kill -9 leaves it: the last message is in the log alone.
  for (const suffix of ["", "-wal"]) copyFileSync(file + suffix, `${file}.dead${suffix}`);
  await journal.close();
  rmSync(file);
  for (const suffix of ["", "-wal"]) copyFileSync(`${file}.dead${suffix}`, file + suffix);

  await restoreJournal(copy, file, kept);
  expect(await storedIn(file)).toEqual(names("before"));
  const old = new DatabaseSync(kept);
  expect(old.prepare("SELECT event_id FROM inbox ORDER BY seq").all()).toEqual(
    names("before", "after").map((id) => ({ event_id: id })),
  );
  old.close();
  expect(readdirSync(directory).filter((name) => name.includes("coming"))).toEqual([]);
});

test("what comes after gets numbers that no message since the copy had", async () => {
  const journal = await openSqliteJournal({ file });
  await backupJournal(file, copy);
  const [since] = await journal.accept(sampleBatch([sampleEntry("since")]));
  await journal.close();
  await restoreJournal(copy, file, kept);
  const restored = await openSqliteJournal({ file });
  const [after] = await restored.accept(sampleBatch([sampleEntry("after")]));
  await restored.close();
  expect(after?.seq).toBeGreaterThan((since?.seq ?? 0) + 1_000_000);
});

test("brings back a journal in the place of a damaged one, and of none", async () => {
  await (await openSqliteJournal({ file })).close();
  await backupJournal(file, copy);
  writeFileSync(file, "not a database ".repeat(1_000));
  await restoreJournal(copy, file, kept);
  expect(await storedIn(file)).toEqual([]);
  expect(readFileSync(kept, "utf8")).toMatch(/^not a database/);
  rmSync(file);
  await restoreJournal(copy, file, `${kept}.2`);
  expect(await storedIn(file)).toEqual([]);
  expect(existsSync(`${kept}.2`)).toBe(false);
});

test("what had not been sent may have been since: it is sent again only where that is safe", async () => {
  const journal = await openSqliteJournal({ file });
  await journal.enqueue([samplePart("waits")]);
  await backupJournal(file, copy);
  await journal.close();
  await restoreJournal(copy, file, kept);
  const restored = await openSqliteJournal({ file });
  const { createdAtMs } = samplePart("waits");
  expect((await restored.recover(0)).outbox).toMatchObject([{ ambiguous: 1, firstSentAtMs: createdAtMs }]);
  await restored.close();
});

test("says what a file holds, and changes nothing by looking", async () => {
  const journal = await openSqliteJournal({ file });
  await journal.accept({ ...sampleBatch([sampleEntry("1"), sampleEntry("2")]), nowMs: 1_000 });
  await backupJournal(file, copy);
  await journal.close();
  const before = readFileSync(copy);
  expect(inspectJournal(copy)).toMatchObject({
    version: 2,
    bytes: before.length,
    newestAtMs: 1_000,
    counts: { inbox: { new: 2 } },
    damaged: 0,
    warnings: [],
  });
  expect(readFileSync(copy)).toEqual(before);
  expect(readdirSync(directory).toSorted()).toEqual(["copy.sqlite", "journal.sqlite"]);

  const tampered = new DatabaseSync(copy);
  tampered.exec("UPDATE inbox SET body = replace(body, 'text', 'tekst') WHERE event_id = 'event-2'");
  tampered.close();
  expect(inspectJournal(copy).damaged).toBe(1);
});

test("a raw copy of a running journal without its log is told from a whole one", async () => {
  const journal = await openSqliteJournal({ file });
  const other = new DatabaseSync(file);
  other.exec("PRAGMA wal_checkpoint");
  other.close();
  await journal.accept(sampleBatch([sampleEntry("in the log")]));
  copyFileSync(file, copy);
  await journal.close();
  expect(inspectJournal(copy).warnings).toMatchObject([{ code: "JOURNAL_LOG_MISSING" }]);
  await restoreJournal(copy, file, kept);
  expect(await storedIn(file)).toEqual([]);
});

test.each([
  ["of another program", "CREATE TABLE theirs (id)", "JOURNAL_FOREIGN_FILE"],
  ["of a newer version", "PRAGMA user_version = 99", "JOURNAL_NEWER_VERSION"],
] as const)("a file %s is refused, and nothing is changed", async (_, change, code) => {
  const journal = await openSqliteJournal({ file });
  await backupJournal(file, copy);
  await journal.close();
  if (code === "JOURNAL_FOREIGN_FILE") rmSync(copy);
  const other = new DatabaseSync(copy);
  other.exec(change);
  other.close();
  const before = readFileSync(file);
  await expect(restoreJournal(copy, file, kept)).rejects.toMatchObject({ code });
  expect(readFileSync(file)).toEqual(before);
  expect(existsSync(kept)).toBe(false);
});

test("a damaged copy is refused, and nothing is changed", async () => {
  const journal = await openSqliteJournal({ file });
  for (let n = 0; n < 300; n++) await journal.accept(sampleBatch([sampleEntry(`${n}`)]));
  await backupJournal(file, copy);
  await journal.close();
  const bytes = readFileSync(copy);
  bytes.fill(0xff, 4096 * 6, 4096 * 8);
  writeFileSync(copy, bytes);
  const before = readFileSync(file);
  await expect(restoreJournal(copy, file, kept)).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  expect(readFileSync(file)).toEqual(before);
});
