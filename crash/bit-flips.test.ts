import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { openSqliteJournal } from "@loong/journal/sqlite";
import { isLoongError } from "@loong/sdk";
import { sampleEntry } from "@loong/testkit";
import { createDice } from "@loong/testkit/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";

const FLIPS = 60;
const ENTRIES = Array.from({ length: 40 }, (_, index) => sampleEntry(`${index}`));

const REFUSALS = new Set(["JOURNAL_CORRUPT", "JOURNAL_FOREIGN_FILE", "JOURNAL_NEWER_VERSION", "JOURNAL_IO"]);

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loong-flips-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** What a gateway would work with after a start: the events it would run, or why it does not start. */
async function found(file: string): Promise<ReadonlyMap<string, unknown> | string> {
  try {
    const journal = await openSqliteJournal({ file });
    try {
      const { inbox } = await journal.recover(0);
      return new Map(inbox.map(({ event }) => [event.eventId, event]));
    } finally {
      await journal.close();
    }
  } catch (error) {
    if (!isLoongError(error)) throw error;
    return error.code;
  }
}

test(`${FLIPS} flipped bits: no event ever comes back as another one than was stored`, async () => {
  const file = join(directory, "journal.sqlite");
  const journal = await openSqliteJournal({ file });
  await journal.accept({ channel: "c", account: "a", entries: ENTRIES, nowMs: 0 });
  await journal.close();
  const whole = readFileSync(file);
  const stored = await found(file);
  if (typeof stored === "string") throw new Error(stored);
  expect(stored.size).toBe(ENTRIES.length);

  const dice = createDice(11);
  const refusals = new Set<string>();
  const changed: unknown[] = [];
  let missing = 0;
  for (let flip = 0; flip < FLIPS; flip++) {
    const bytes = Buffer.from(whole);
    const at = dice.between(0, bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.between(0, 7));
    writeFileSync(file, bytes);
    for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
    const now = await found(file);
    if (typeof now === "string") {
      refusals.add(now);
      continue;
    }
    if (now.size < stored.size) missing += 1;
    changed.push(...[...now].filter(([eventId, event]) => !isDeepStrictEqual(event, stored.get(eventId))));
  }
  expect(changed).toEqual([]);
  expect([...refusals].filter((code) => !REFUSALS.has(code))).toEqual([]);
  expect(refusals.size).toBeGreaterThan(0);
  expect(missing).toBeGreaterThan(0);
});
