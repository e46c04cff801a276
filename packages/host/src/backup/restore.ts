import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StatePaths } from "@loong/config";
import { inspectJournal, restoreJournal } from "@loong/journal/sqlite";
import { type Lock, readOwner, takeLock } from "../owner/index.ts";
import { ensurePrivateDirectory } from "../private-directory.ts";
import { type Contents, contentsOf } from "./contents.ts";
import { stamp } from "./create.ts";
import { backupErrors } from "./errors.ts";

export interface RestoreReport extends Contents {
  readonly outcome: "restored" | "would-restore";
  /** The backup. */
  readonly file: string;
  /** Where what was there before is kept; `null` when there was nothing. */
  readonly kept: string | null;
}

export interface RestoreBackupOptions {
  readonly paths: Pick<StatePaths, "journalFile" | "lockFile" | "ownerFile">;
  /** Absolute. */
  readonly file: string;
  /** Only checks the backup and says what would be done. */
  readonly dryRun?: boolean;
  readonly nowMs: number;
}

/**
 * Checks a backup and puts it in the place of what is there, which is kept. No gateway can start meanwhile.
 *
 * @throws BACKUP_FILE_MISSING, BACKUP_GATEWAY_RUNS, JOURNAL_FOREIGN_FILE, JOURNAL_NEWER_VERSION, JOURNAL_CORRUPT; then
 * nothing was changed. JOURNAL_FULL, JOURNAL_IO, HOST_DIRECTORY_UNSAFE
 */
export async function restoreBackup(options: RestoreBackupOptions): Promise<RestoreReport> {
  const { paths, file, dryRun = false, nowMs } = options;
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw backupErrors.BACKUP_FILE_MISSING([file]);
  const contents = contentsOf(inspectJournal(file));
  const { journalFile } = paths;
  const lock = await lockOut(paths);
  try {
    const place = join(dirname(journalFile), `journal-replaced-${stamp(nowMs)}.sqlite`);
    const kept = existsSync(journalFile) ? place : null;
    if (dryRun) return { outcome: "would-restore", file, kept, ...contents };
    ensurePrivateDirectory(dirname(journalFile));
    await restoreJournal(file, journalFile, place);
    return { outcome: "restored", file, kept, ...contents };
  } finally {
    lock.release();
  }
}

/** @throws BACKUP_GATEWAY_RUNS */
async function lockOut(paths: RestoreBackupOptions["paths"]): Promise<Lock> {
  ensurePrivateDirectory(dirname(paths.lockFile));
  const lock = await takeLock(paths.lockFile);
  if (lock !== undefined) return lock;
  throw backupErrors.BACKUP_GATEWAY_RUNS([(await readOwner(paths))?.pid ?? undefined]);
}
