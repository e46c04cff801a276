import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleEntry } from "@loong/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backupJournal, openSqliteJournal } from "./index.ts";

let directory: string;
let file: string;
let target: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loong-backup-"));
  file = join(directory, "journal.sqlite");
  target = join(directory, "copy.sqlite");
});
afterEach(() => rmSync(directory, { recursive: true }));

test("a copy made while the gateway writes holds everything stored before it began", async () => {
  const journal = await openSqliteJournal({ file });
  const accept = (n: number) =>
    journal.accept({ channel: "c", account: "a", nowMs: n, entries: [sampleEntry(`${n}`)] });
  for (let n = 0; n < 200; n += 1) await accept(n);
  let writing = true;
  const writer = (async () => {
    for (let n = 200; writing; n += 1) await accept(n);
  })();
  await backupJournal(file, target);
  writing = false;
  await writer;
  await journal.close();

  expect(statSync(target).mode & 0o777).toBe(0o600);
  const copy = await openSqliteJournal({ file: target });
  expect(copy.warnings).toEqual([]);
  expect([...copy.instanceKey]).toEqual([...journal.instanceKey]);
  const ids = (await copy.recover(0)).inbox.map((row) => row.event.eventId);
  expect(ids.length).toBeGreaterThanOrEqual(200);
  expect(ids).toEqual(ids.map((_, n) => `event-${n}`));
  expect((await copy.counts()).inbox.new).toBe(ids.length);
  await copy.close();
});

test("nothing is overwritten", async () => {
  await (await openSqliteJournal({ file })).close();
  writeFileSync(target, "mine");
  await expect(backupJournal(file, target)).rejects.toMatchObject({ code: "JOURNAL_BACKUP_EXISTS" });
  expect(readFileSync(target, "utf8")).toBe("mine");
});

test("a copy that fails leaves nothing behind", async () => {
  await expect(backupJournal(file, target)).rejects.toMatchObject({ code: "JOURNAL_IO" });
  writeFileSync(file, "not a database ".repeat(100));
  await expect(backupJournal(file, target)).rejects.toMatchObject({ code: "JOURNAL_FOREIGN_FILE" });
  rmSync(file);
  const theirs = new DatabaseSync(file);
  theirs.exec("CREATE TABLE theirs (id)");
  theirs.close();
  await expect(backupJournal(file, target)).rejects.toMatchObject({ code: "JOURNAL_FOREIGN_FILE" });
  expect(existsSync(target)).toBe(false);
  expect(readdirSync(directory)).toEqual(["journal.sqlite"]);
});
