import { chmodSync, closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isLoongError, type LoongError } from "@loong/sdk";
import { journalErrors } from "../errors.ts";
import { codedFailure, storageFailure } from "./failures.ts";
import { inTransaction } from "./group-commit.ts";
import { BUSY_TIMEOUT_MS, CHECKPOINT_PAGES, READ_AT_OPEN_BYTES } from "./limits.ts";
import { MIGRATIONS } from "./migrations.ts";

/** Marks the file as ours, in its header: "Loon". https://sqlite.org/pragma.html#pragma_application_id */
export const APPLICATION_ID = 0x4c6f6f6e;

/** Tables that stay small whatever was said, and without which nothing can be done: read whole at every start. */
const SMALL_TABLES = ["meta", "cursor", "pairing", "allowed", "tally"];

/** How the last use of a file ended, in `meta.closed_cleanly`; `DAMAGED`: it was found to be damaged. */
const IN_USE = 0;
const CLOSED = 1;
const DAMAGED = 2;

export interface OpenFile {
  readonly database: DatabaseSync;
  readonly instanceKey: Uint8Array;
  /** It is too large to be read whole before the start: damage may be in it. */
  readonly unread: boolean;
  /** What was found wrong and could be lived with. */
  readonly warnings: readonly LoongError[];
}

/**
 * Opens the journal's file, made if it is not there, and brings it to the newest version.
 *
 * @throws JOURNAL_FOREIGN_FILE, JOURNAL_NEWER_VERSION and JOURNAL_CORRUPT before a byte is written; JOURNAL_LOCKED,
 * JOURNAL_FULL or JOURNAL_IO when the disk or another process is in the way.
 */
export function openFile(file: string, now: () => number, random: (bytes: number) => Uint8Array): OpenFile {
  try {
    makeFile(file);
    const logMissing = sizeOf(`${file}-wal`) === 0;
    const unread = sizeOf(file) > 0 && !inspect(file);
    chmodSync(file, 0o600);
    const database = connect(file);
    try {
      migrate(database, now, random);
      return { database, unread, ...begin(database, file, logMissing, now()) };
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw openFailure(error, file);
  }
}

/** Nobody but the owner may read what people said. SQLite gives its -wal and -shm files the same mode. */
function makeFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600));
}

/** Looks before anything is written, over a connection that cannot write. @returns whether all of it was read. */
function inspect(file: string): boolean {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    const version = pragma(database, "user_version");
    if (version > 0 || !isEmpty(database)) checkMark(database, file);
    checkNotNewer(database, file);
    const isRead = sizeOf(file) <= READ_AT_OPEN_BYTES || isNotedDamaged(database);
    if (isRead) quickCheck(database, file);
    else for (const table of SMALL_TABLES) quickCheck(database, file, table);
    return isRead;
  } finally {
    database.close();
  }
}

/** @throws JOURNAL_FOREIGN_FILE */
export function checkMark(database: DatabaseSync, file: string): void {
  if (pragma(database, "application_id") !== APPLICATION_ID) throw journalErrors.JOURNAL_FOREIGN_FILE([file]);
}

/** @returns The version. @throws JOURNAL_NEWER_VERSION */
export function checkNotNewer(database: DatabaseSync, file: string): number {
  const version = pragma(database, "user_version");
  if (version > MIGRATIONS.length) throw journalErrors.JOURNAL_NEWER_VERSION([file, version, MIGRATIONS.length]);
  return version;
}

/** @throws JOURNAL_CORRUPT with the first fault found, in one table or in all of the file. */
export function quickCheck(database: DatabaseSync, file: string, table = "1"): void {
  requireOk(database.prepare(`PRAGMA quick_check(${table})`).get()?.["quick_check"], file);
}

/** As `quickCheck`, and that every index has what its table has: takes as long as reading all of it several times. */
export function integrityCheck(database: DatabaseSync, file: string): void {
  requireOk(database.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"], file);
}

function requireOk(verdict: unknown, file: string): void {
  if (verdict !== "ok") throw journalErrors.JOURNAL_CORRUPT([file, String(verdict)]);
}

function connect(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = FAST;
    PRAGMA cell_size_check = ON;
    PRAGMA cache_size = -16000;
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
  `);
  return database;
}

/** All steps, the marks of the file and its instance key in one transaction: a crash leaves the old version whole. */
function migrate(database: DatabaseSync, now: () => number, random: (bytes: number) => Uint8Array): void {
  const version = pragma(database, "user_version");
  if (version === MIGRATIONS.length) return;
  inTransaction(database, () => {
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length}; PRAGMA application_id = ${APPLICATION_ID}`);
    if (version > 0) return;
    const atMs = now();
    database.prepare("INSERT INTO meta VALUES (1, ?, ?, ?, 1)").run(random(32), atMs, atMs);
  });
}

/**
 * Notes that the file is in use. Found again in use and without its log, somebody has taken away the log of a process
 * that crashed: SQLite cannot notice that, and what was committed only there is gone.
 */
function begin(
  database: DatabaseSync,
  file: string,
  logMissing: boolean,
  nowMs: number,
): Pick<OpenFile, "instanceKey" | "warnings"> {
  const meta = database.prepare("SELECT instance_key, opened_at_ms, closed_cleanly FROM meta").get();
  database.prepare("UPDATE meta SET opened_at_ms = ?, closed_cleanly = ?").run(nowMs, IN_USE);
  // In the log alone, this note would be taken away with it.
  database.exec("PRAGMA wal_checkpoint(PASSIVE)");
  const openedAt = new Date(Number(meta?.["opened_at_ms"])).toISOString();
  const lost = logMissing && meta?.["closed_cleanly"] === IN_USE;
  if (lost) skipNumbers(database);
  return {
    instanceKey: meta?.["instance_key"] as Uint8Array,
    warnings: lost ? [journalErrors.JOURNAL_LOG_MISSING([file, openedAt])] : [],
  };
}

/**
 * Goes on counting where no file of before can have counted: at the time in milliseconds. Messages that are no longer known
 * may have been answered, and a platform would take a new answer under the same number, and so with the same key, for the old.
 */
export function skipNumbers(database: DatabaseSync): void {
  database.exec(`
    INSERT INTO sqlite_sequence (name, seq)
      SELECT 'inbox', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'inbox');
    UPDATE sqlite_sequence SET seq = max(seq, CAST(unixepoch('subsec') * 1000 AS INTEGER)) WHERE name = 'inbox'`);
}

/**
 * Ends the use that `openFile` began: everything moves from the log into the file. On a full or failing disk it stays in
 * the log, where it is just as safe.
 */
export function closeFile(database: DatabaseSync, file: string): void {
  try {
    markClosed(database);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (error) {
    if (!storageFailure(error, file)) throw error;
  } finally {
    database.close();
  }
}

export function markClosed(database: DatabaseSync): void {
  database.exec(`UPDATE meta SET closed_cleanly = ${CLOSED} WHERE closed_cleanly = ${IN_USE}`);
}

/** From now on the file is read whole before every start, however large it is, until it is found to be sound. */
export function noteDamage(database: DatabaseSync): void {
  database.exec(`UPDATE meta SET closed_cleanly = ${DAMAGED}`);
}

export function isNotedDamaged(database: DatabaseSync): boolean {
  return database.prepare("SELECT closed_cleanly FROM meta").get()?.["closed_cleanly"] === DAMAGED;
}

function pragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}

/** As a crash leaves a file of ours before the first commit: no table and no mark. */
function isEmpty(database: DatabaseSync): boolean {
  const table = database.prepare("SELECT 1 FROM sqlite_schema").get();
  return table === undefined && pragma(database, "application_id") === 0;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function openFailure(error: unknown, file: string): LoongError {
  if (isLoongError(error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  if (code?.startsWith("ERR_SQLITE")) return codedFailure(error, file);
  return journalErrors.JOURNAL_IO([file, code ?? "unknown"], { cause: error });
}
