import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleEntry, samplePart } from "@loong/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSqliteJournal } from "./index.ts";
import { READ_AT_OPEN_BYTES } from "./limits.ts";
import { MIGRATIONS } from "./migrations.ts";
import { APPLICATION_ID } from "./open-file.ts";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loong-journal-"));
  file = join(directory, "state", "journal.sqlite");
});
afterEach(() => rmSync(directory, { recursive: true }));

async function makeJournal(): Promise<void> {
  await (await openSqliteJournal({ file })).close();
}

function edit(sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** @returns What the file is now: messages, and a few pages among them that are none. */
async function damagePages(): Promise<Buffer> {
  const journal = await openSqliteJournal({ file });
  const entries = Array.from({ length: 200 }, (_, n) => sampleEntry(`${n}`));
  await journal.accept({ channel: "c", account: "a", entries, nowMs: 0 });
  await journal.close();
  const bytes = readFileSync(file);
  const pageOf = bytes.lastIndexOf("hello from 100") >> 12;
  bytes.fill(0xff, pageOf * 4_096, (pageOf + 1) * 4_096);
  writeFileSync(file, bytes);
  return bytes;
}

describe("a new file", () => {
  test("belongs to its owner alone, and so do its log and its folder", async () => {
    const journal = await openSqliteJournal({ file });
    for (const suffix of ["", "-wal", "-shm"]) expect(statSync(file + suffix).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, "state")).mode & 0o777).toBe(0o700);
    await journal.close();
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test("takes its key from the given randomness and keeps it", async () => {
    const first = await openSqliteJournal({ file, random: (bytes) => new Uint8Array(bytes).fill(9) });
    expect([...first.instanceKey]).toEqual(Array.from({ length: 32 }, () => 9));
    await first.close();
    const second = await openSqliteJournal({ file, random: (bytes) => new Uint8Array(bytes).fill(1) });
    expect(second.instanceKey).toEqual(first.instanceKey);
    await second.close();
  });

  test("carries the mark of a journal and its version", async () => {
    await makeJournal();
    const database = new DatabaseSync(file, { readOnly: true });
    expect(database.prepare("PRAGMA application_id").get()).toEqual({ application_id: APPLICATION_ID });
    expect(database.prepare("PRAGMA user_version").get()).toEqual({ user_version: MIGRATIONS.length });
    database.close();
  });

  test("is finished when a crash came before its first commit", async () => {
    mkdirSync(join(directory, "state"));
    edit("PRAGMA journal_mode = WAL");
    const journal = await openSqliteJournal({ file });
    expect(await journal.counts()).toMatchObject({ inbox: { new: 0 } });
    await journal.close();
  });
});

describe("refused and left as it is:", () => {
  test.each([
    ["a text file", () => writeFileSync(file, "not a database ".repeat(100)), "JOURNAL_FOREIGN_FILE"],
    ["another program's database", () => edit("CREATE TABLE theirs (id)"), "JOURNAL_FOREIGN_FILE"],
    ["an empty database with another's mark", () => edit("PRAGMA application_id = 7"), "JOURNAL_FOREIGN_FILE"],
  ])("%s", async (_what, make, code) => {
    mkdirSync(join(directory, "state"));
    make();
    const before = readFileSync(file);
    await expect(openSqliteJournal({ file })).rejects.toMatchObject({ code });
    expect(readFileSync(file)).toEqual(before);
  });

  test("a journal of a newer version, naming both versions", async () => {
    await makeJournal();
    edit(`PRAGMA user_version = ${MIGRATIONS.length + 4}`);
    const before = readFileSync(file);
    await expect(openSqliteJournal({ file })).rejects.toMatchObject({
      code: "JOURNAL_NEWER_VERSION",
      message: expect.stringMatching(new RegExp(`version ${MIGRATIONS.length + 4};.* up to ${MIGRATIONS.length}\\.`)),
    });
    expect(readFileSync(file)).toEqual(before);
  });

  test("a damaged journal, with the way back", async () => {
    const bytes = await damagePages();
    await expect(openSqliteJournal({ file })).rejects.toMatchObject({
      code: "JOURNAL_CORRUPT",
      hint: expect.stringContaining("last copy"),
    });
    expect(readFileSync(file)).toEqual(bytes);
  });

  test("a journal cut short", async () => {
    await makeJournal();
    truncateSync(file, 4096 * 3);
    await expect(openSqliteJournal({ file })).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  });

  test("a folder that is none", async () => {
    writeFileSync(join(directory, "state"), "");
    await expect(openSqliteJournal({ file })).rejects.toMatchObject({ code: "JOURNAL_IO" });
  });
});

describe("a journal too large to be read before the start", () => {
  const { signal } = new AbortController();

  /** What lies behind the last page is not looked at, and takes no room on the disk. */
  const enlarge = () => truncateSync(file, READ_AT_OPEN_BYTES + 2 ** 20);

  test("opens at once, is read afterwards, and has nothing wrong with it", async () => {
    await makeJournal();
    enlarge();
    const journal = await openSqliteJournal({ file });
    await expect(journal.check(signal)).resolves.toBeUndefined();
    await journal.close();
  });

  test("with a damaged page: works until that is found, and is not opened again", async () => {
    await damagePages();
    enlarge();
    const journal = await openSqliteJournal({ file });
    const reading = journal.check(signal);
    await journal.accept({ channel: "c", account: "a", entries: [], cursor: "5", nowMs: 0 });
    await expect(reading).resolves.toMatchObject({
      code: "JOURNAL_CORRUPT",
      message: expect.stringContaining("is damaged: "),
      hint: expect.stringContaining("loong backup restore"),
    });
    await journal.close();
    enlarge();
    const before = readFileSync(file);
    await expect(openSqliteJournal({ file })).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("is as good as any other once it was mended", async () => {
    await makeJournal();
    edit("UPDATE meta SET closed_cleanly = 2");
    for (let start = 0; start < 2; start++) {
      enlarge();
      await makeJournal();
    }
    const database = new DatabaseSync(file, { readOnly: true });
    expect(database.prepare("SELECT closed_cleanly FROM meta").get()).toEqual({ closed_cleanly: 1 });
    database.close();
  });

  test("is closed while it is read", async () => {
    await makeJournal();
    enlarge();
    const journal = await openSqliteJournal({ file });
    const closing = new AbortController();
    const reading = journal.check(closing.signal);
    closing.abort();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    await journal.close();
  });

  test("is refused at once when a page is damaged that every start needs", async () => {
    await makeJournal();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xff, 4_096, 4_096 * 2));
    enlarge();
    await expect(openSqliteJournal({ file })).rejects.toMatchObject({ code: "JOURNAL_CORRUPT" });
  });
});

test("a journal that another process holds locked is refused after a wait, and opens once it is free", async () => {
  await makeJournal();
  const other = new DatabaseSync(file);
  other.exec("BEGIN EXCLUSIVE");
  await expect(openSqliteJournal({ file })).rejects.toMatchObject({ code: "JOURNAL_LOCKED" });
  other.exec("ROLLBACK");
  other.close();
  await makeJournal();
});

describe("the log", () => {
  test("is missed when it was removed after a crash", async () => {
    await makeJournal();
    edit("UPDATE meta SET closed_cleanly = 0, opened_at_ms = 0");
    const journal = await openSqliteJournal({ file });
    expect(journal.warnings).toMatchObject([
      { code: "JOURNAL_LOG_MISSING", message: expect.stringContaining("1970-01-01T00:00:00.000Z") },
    ]);
    // What was stored in it may have been answered, under numbers that must not be given again.
    const [stored] = await journal.accept({ channel: "c", account: "a", entries: [sampleEntry("a")], nowMs: 0 });
    expect(stored?.seq).toBeGreaterThan(1e12);
    await journal.close();
    const again = await openSqliteJournal({ file });
    expect(again.warnings).toEqual([]);
    await again.close();
  });

  test("is read when it is there", async () => {
    const crashed = await openSqliteJournal({ file });
    await crashed.accept({ channel: "c", account: "a", entries: [], cursor: "5", nowMs: 0 });
    const journal = await openSqliteJournal({ file });
    expect(journal.warnings).toEqual([]);
    expect(await journal.cursor("c", "a")).toBe("5");
    await Promise.all([crashed.close(), journal.close()]);
  });
});

describe("a body that is not what was stored", () => {
  test("makes its row or part dead and leaves the rest alone", async () => {
    const journal = await openSqliteJournal({ file });
    const entries = ["a", "b"].map((name) => sampleEntry(name));
    await journal.accept({ channel: "c", account: "a", entries, nowMs: 0 });
    await journal.enqueue(["p1", "p2"].map((id) => samplePart(id)));
    await journal.close();
    edit(`
      UPDATE inbox SET body = replace(body, 'hello from a', 'hellp from a');
      UPDATE outbox SET body = replace(body, '**p2', '**p3');
    `);

    const again = await openSqliteJournal({ file });
    const found = await again.recover(0);
    expect(found.inbox.map((row) => row.event.text)).toEqual(["hello from b"]);
    expect(found.outbox.map(({ id }) => id)).toEqual(["p1"]);
    expect(await again.list({ box: "inbox", states: ["dead"], limit: 9 })).toMatchObject([
      { error: "body damaged", event: { eventId: "event-a", messageId: "message-a", text: "" } },
    ]);
    expect(await again.part("p2")).toMatchObject({ state: "dead", error: "body damaged", content: { text: "" } });
    await again.close();
  });
});
