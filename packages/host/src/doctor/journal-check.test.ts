import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteJournal } from "@loong/journal/sqlite";
import { sampleBatch, sampleEntry } from "@loong/testkit";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { checkJournal } from "./journal-check.ts";

const DAY_MS = 24 * 3_600_000;
const NOW = 100 * DAY_MS;
const retention = { keepTextDays: 7, keepIdsDays: 30 };

function check(journalFile: string) {
  return checkJournal({ journalFile }, retention, NOW).map(({ id, level, detail }) => `${level} ${id}: ${detail}`);
}

async function journalWith(...ages: readonly number[]): Promise<string> {
  const file = join(tempDir(), "journal.sqlite");
  const journal = await openSqliteJournal({ file });
  for (const [n, days] of ages.entries())
    await journal.accept(sampleBatch([sampleEntry(`${n}`, { state: "denied" })], { nowMs: NOW - days * DAY_MS }));
  await journal.close();
  return file;
}

test("says whether the journal is whole, how long what is kept, and what goes next", async () => {
  expect(check(join(tempDir(), "none"))).toEqual(["ok journal.file: there is no journal yet"]);
  const file = await journalWith(0, 2, 3, 40);
  expect(check(file)).toEqual([
    "ok journal.file: whole, 1 MB",
    expect.stringMatching(
      /^ok journal.retention: text is kept 7 days, ids 30; .* the text of 2 messages and 1 whole ones$/,
    ),
  ]);
});

test("one too large to be read here is read all the same when a gateway has found it to be damaged", async () => {
  const file = await journalWith(0);
  const enlarge = () => truncateSync(file, 600 * 1024 * 1024);
  enlarge();
  expect(check(file)[0]).toContain("ok journal.file: 600 MB: too large to be read whole here; a gateway reads it");
  const database = new DatabaseSync(file);
  database.exec("UPDATE meta SET closed_cleanly = 2");
  database.close();
  enlarge();
  expect(check(file)[0]).toBe("ok journal.file: whole, 600 MB");
});

test("a file that is damaged, foreign or of a newer version fails; an older one is worth knowing", async () => {
  const foreign = join(tempDir(), "journal.sqlite");
  writeFileSync(foreign, "not a database ".repeat(1_000));
  expect(check(foreign)).toEqual([expect.stringContaining("fail journal.file: JOURNAL_FOREIGN_FILE")]);
  const file = await journalWith(0);
  const versioned = (version: number) => {
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA user_version = ${version}`);
    database.close();
    return check(file);
  };
  expect(versioned(99)).toEqual([expect.stringContaining("fail journal.file: JOURNAL_NEWER_VERSION")]);
  expect(versioned(1)).toEqual([expect.stringContaining("note journal.file: JOURNAL_OLDER_VERSION")]);
});
