import type { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

/** SQLite's result code for "somebody else holds the lock" (https://sqlite.org/rescode.html#busy, read 2026-11-21). */
const SQLITE_BUSY = 5;

/** A reader holds its shared lock for less than a millisecond; the owner holds his until he dies. */
const ATTEMPTS = 10;
const PAUSE_MS = 25;

/**
 * The lock is an exclusive transaction on an empty SQLite database: the operating system gives it back when the process
 * ends, also after kill -9. Nothing else may open the file: closing any handle of it would give up the lock (fcntl(2)).
 */
export interface Lock {
  release(): void;
}

/** @returns `undefined` when another process has it, after at most a quarter of a second. */
export async function takeLock(file: string): Promise<Lock | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const lock = await tryLock(file);
    if (lock !== undefined) return lock;
    if (attempt < ATTEMPTS) await sleep(PAUSE_MS);
  }
  return undefined;
}

async function tryLock(file: string): Promise<Lock | undefined> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return { release: () => close(database) };
  } catch (cause) {
    close(database);
    if (isBusy(cause)) return undefined;
    throw cause;
  }
}

/** Asks without getting in the way: a shared lock, held for an instant, which `takeLock` waits out. */
export async function isLocked(file: string): Promise<boolean> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (cause) {
    if (isBusy(cause)) return true;
    throw cause;
  } finally {
    close(database);
  }
}

function close(database: DatabaseSync): void {
  if (database.isOpen) database.close();
}

function isBusy(error: unknown): boolean {
  return (error as { errcode?: unknown }).errcode === SQLITE_BUSY;
}
