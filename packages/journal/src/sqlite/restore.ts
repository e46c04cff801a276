import { existsSync, linkSync, renameSync, rmSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { JournalCounts } from "@loong/gateway";
import { isLoongError, type LoongError } from "@loong/sdk";
import { journalErrors } from "../errors.ts";
import { backupJournal, flush } from "./backup.ts";
import { openBody, type StoredBody } from "./body.ts";
import { codedFailure } from "./failures.ts";
import { inTransaction } from "./group-commit.ts";
import { BUSY_TIMEOUT_MS } from "./limits.ts";
import { checkMark, checkNotNewer, integrityCheck, skipNumbers } from "./open-file.ts";
import { createTally } from "./tally.ts";

/** What a file would bring back. */
export interface JournalFacts {
  readonly version: number;
  readonly bytes: number;
  /** When the newest message came in, in milliseconds since 1970; `null` when there is none. */
  readonly newestAtMs: number | null;
  readonly counts: JournalCounts;
  /** Messages that wait, and whose text is not what was stored: they end as dead. */
  readonly damaged: number;
  readonly warnings: readonly LoongError[];
}

/**
 * Reads a whole journal and checks it, without changing it.
 *
 * @throws JOURNAL_FOREIGN_FILE, JOURNAL_NEWER_VERSION, JOURNAL_CORRUPT, JOURNAL_LOCKED, JOURNAL_IO
 */
export function inspectJournal(file: string): JournalFacts {
  // Reading a file that was copied without its log makes an empty one.
  const hasLog = existsSync(`${file}-wal`);
  try {
    using database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    checkMark(database, file);
    const version = checkNotNewer(database, file);
    integrityCheck(database, file);
    return {
      version,
      bytes: statSync(file).size,
      newestAtMs: (database.prepare("SELECT max(received_at_ms) AS at FROM inbox").get()?.["at"] ?? null) as
        | number
        | null,
      counts: createTally(database).counts(),
      damaged: damagedRows(database),
      warnings: hasLog ? [] : warningsOf(database, file),
    };
  } catch (error) {
    throw isLoongError(error) ? error : codedFailure(error, file);
  }
}

function damagedRows(database: DatabaseSync): number {
  const open = `
    SELECT body, crc FROM inbox WHERE state <> 'done' AND state IN ('new', 'running')
    UNION ALL
    SELECT body, crc FROM outbox WHERE state <> 'sent' AND state IN ('pending', 'sending')`;
  const rows = database.prepare(open).all() as unknown as readonly StoredBody[];
  return rows.filter((row) => openBody(row) === undefined).length;
}

/** Somebody copied the file of a running gateway without its log. */
function warningsOf(database: DatabaseSync, file: string): readonly LoongError[] {
  const meta = database.prepare("SELECT opened_at_ms, closed_cleanly FROM meta").get();
  if (meta?.["closed_cleanly"] !== 0) return [];
  return [journalErrors.JOURNAL_LOG_MISSING([file, new Date(Number(meta?.["opened_at_ms"])).toISOString()])];
}

/**
 * Puts the journal in `backup` in the place of `file`, whose owner must not run. What was there is kept as `kept`. A crash
 * on the way leaves either the one or the other, and what is kept is whole.
 *
 * Parts that had not been sent when the copy was made may have been since: their outcome is unknown from now on.
 *
 * @throws as `inspectJournal`, and JOURNAL_BACKUP_EXISTS when `kept` is there already; then nothing was changed.
 */
export async function restoreJournal(backup: string, file: string, kept: string): Promise<void> {
  if (existsSync(kept)) throw journalErrors.JOURNAL_BACKUP_EXISTS([kept]);
  inspectJournal(backup);
  const coming = `${file}.coming`;
  rmSync(coming, { force: true });
  await backupJournal(backup, coming);
  try {
    doubtUnsent(coming);
    if (existsSync(file)) setAside(file, kept);
    renameSync(coming, file);
    flush(file);
  } catch (error) {
    rmSync(coming, { force: true });
    throw codedFailure(error, file);
  }
}

function doubtUnsent(file: string): void {
  using database = new DatabaseSync(file);
  inTransaction(database, () => {
    database.exec(`
      UPDATE outbox SET ambiguous = max(ambiguous, 1), first_sent_at_ms = coalesce(first_sent_at_ms, created_at_ms)
      WHERE state <> 'sent' AND state = 'pending'`);
    skipNumbers(database);
  });
}

/** The log of the old file must never meet the new one: SQLite would play it back into it. */
function setAside(file: string, kept: string): void {
  foldLog(file);
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${kept}-wal`);
  rmSync(`${file}-shm`, { force: true });
  linkSync(file, kept);
}

/** With its log in it, the old file is one file. A damaged one, or one of a newer version, keeps it beside itself. */
function foldLog(file: string): void {
  try {
    using database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    return;
  }
}
