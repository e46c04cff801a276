import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { journalErrors } from "../errors.ts";
import { type GroupCommit, createGroupCommit } from "./group-commit.ts";

class CountingDatabase extends DatabaseSync {
  commits = 0;
  override exec(sql: string): void {
    if (sql === "COMMIT") this.commits += 1;
    super.exec(sql);
  }
}

let directory: string;
let database: CountingDatabase;
let commit: GroupCommit;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loong-commit-"));
  database = new CountingDatabase(join(directory, "a.sqlite"), { timeout: 20 });
  database.exec("CREATE TABLE words (word TEXT UNIQUE) STRICT");
  commit = createGroupCommit(database, "a.sqlite");
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true });
});

function add(word: string): Promise<number> {
  return commit.run(() => Number(database.prepare("INSERT INTO words VALUES (?)").run(word).lastInsertRowid));
}

function words(): unknown[] {
  return database
    .prepare("SELECT word FROM words ORDER BY rowid")
    .all()
    .map(({ word }) => word);
}

test("calls of one tick share one commit and get their own results, in order", async () => {
  expect(await Promise.all([add("a"), add("b"), add("c")])).toEqual([1, 2, 3]);
  expect(database.commits).toBe(1);
  await add("d");
  expect(database.commits).toBe(2);
});

test("a call resolves only after its commit", async () => {
  const other = new DatabaseSync(join(directory, "a.sqlite"));
  await add("a");
  expect(other.prepare("SELECT count(*) AS n FROM words").get()).toEqual({ n: 1 });
  other.close();
});

test("one call that fails leaves nothing behind and spares the others", async () => {
  const half = commit.run(() => {
    database.prepare("INSERT INTO words VALUES ('half')").run();
    throw journalErrors.JOURNAL_NOT_FOUND(["x"]);
  });
  const settled = await Promise.allSettled([add("a"), half, add("b"), add("a")]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "rejected"]);
  expect(settled[1]).toMatchObject({ reason: { code: "JOURNAL_NOT_FOUND" } });
  expect(settled[3]).toMatchObject({ reason: { code: "JOURNAL_INVALID" } });
  expect(words()).toEqual(["a", "b"]);
});

test("a full disk fails every call of the commit, and the next one tries again", async () => {
  await add("before");
  const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
  database.exec(`PRAGMA max_page_count = ${pages}`);
  const settled = await Promise.allSettled([add("small"), add("x".repeat(50_000)), add("also small")]);
  for (const outcome of settled) expect(outcome).toMatchObject({ reason: { code: "JOURNAL_FULL" } });
  expect(words()).toEqual(["before"]);

  database.exec(`PRAGMA max_page_count = ${pages + 100}`);
  await add("after");
  expect(words()).toEqual(["before", "after"]);
});

test("a file locked by another process fails the commit, and the next one tries again", async () => {
  const other = new DatabaseSync(join(directory, "a.sqlite"));
  other.exec("BEGIN IMMEDIATE");
  await expect(add("a")).rejects.toMatchObject({ code: "JOURNAL_LOCKED" });
  other.exec("ROLLBACK");
  other.close();
  await add("b");
  expect(words()).toEqual(["b"]);
});

test("close commits what waits and refuses what comes later", async () => {
  const waiting = add("a");
  commit.close();
  await expect(add("b")).rejects.toMatchObject({ code: "JOURNAL_CLOSED" });
  expect(await waiting).toBe(1);
  expect(words()).toEqual(["a"]);
});
