import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, backup } from "node:sqlite";
import { journalErrors } from "../errors.ts";
import { codedFailure } from "./failures.ts";
import { BUSY_TIMEOUT_MS } from "./limits.ts";
import { checkMark, checkNotNewer, markClosed, quickCheck } from "./open-file.ts";

/** More than any file has: the copy is made in one step, since a write in between would begin it anew. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Copies the journal in `file` to `target` as it stands at one moment, also while a gateway writes to it. The copy
 * appears only when it is whole and checked.
 *
 * @throws JOURNAL_BACKUP_EXISTS, JOURNAL_NEWER_VERSION, JOURNAL_CORRUPT, JOURNAL_FULL, JOURNAL_IO, JOURNAL_FOREIGN_FILE.
 */
export async function backupJournal(file: string, target: string): Promise<void> {
  if (existsSync(target)) throw journalErrors.JOURNAL_BACKUP_EXISTS([target]);
  const partial = `${target}.partial`;
  try {
    rmSync(partial, { force: true });
    closeSync(openSync(partial, "wx", 0o600));
    await copy(file, partial);
    seal(partial);
    renameSync(partial, target);
    flush(target);
  } catch (error) {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(partial + suffix, { force: true });
    throw codedFailure(error, file);
  }
}

async function copy(file: string, partial: string): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
  try {
    checkMark(source, file);
    checkNotNewer(source, file);
    await backup(source, partial, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
}

/** A copy is one file: it needs no log beside it, and reading it makes none. */
function seal(partial: string): void {
  const database = new DatabaseSync(partial);
  try {
    markClosed(database);
    quickCheck(database, partial);
    database.exec("PRAGMA journal_mode = DELETE");
  } finally {
    database.close();
  }
  chmodSync(partial, 0o600);
  flush(partial);
}

/** Returns when the file, and its place in its folder, outlive a power cut. */
export function flush(file: string): void {
  for (const path of [file, dirname(file)]) {
    const descriptor = openSync(path, "r");
    fsyncSync(descriptor);
    closeSync(descriptor);
  }
}
