import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeDirectory, type StatePaths, systemReason } from "@loong/config";
import { backupJournal, inspectJournal } from "@loong/journal/sqlite";
import { ensurePrivateDirectory } from "../private-directory.ts";
import { backupErrors } from "./errors.ts";
import { type Contents, contentsOf } from "./contents.ts";

export interface BackupReport extends Contents {
  readonly file: string;
}

export interface CreateBackupOptions {
  readonly paths: Pick<StatePaths, "home" | "journalFile">;
  /** Absolute: a file that is not there yet, or a folder. Absent: `backups` of the state directory. */
  readonly output?: string;
  readonly nowMs: number;
}

/**
 * Copies every message, answer, pairing and conversation as they stand at one moment; a gateway may run. Neither the config
 * file nor a secret is in the copy.
 *
 * @throws BACKUP_NOTHING_THERE, BACKUP_FOLDER, JOURNAL_BACKUP_EXISTS, JOURNAL_CORRUPT, JOURNAL_FULL, JOURNAL_IO, HOST_DIRECTORY_UNSAFE
 */
export async function createBackup({ paths, output, nowMs }: CreateBackupOptions): Promise<BackupReport> {
  const { journalFile } = paths;
  if (!existsSync(journalFile)) throw backupErrors.BACKUP_NOTHING_THERE([journalFile]);
  const file = placeFor(paths.home, output, nowMs);
  await backupJournal(journalFile, file);
  return { file, ...contentsOf(inspectJournal(file)) };
}

function placeFor(home: string, output: string | undefined, nowMs: number): string {
  const name = `loong-${stamp(nowMs)}.sqlite`;
  if (output === undefined) {
    const directory = join(home, "backups");
    ensurePrivateDirectory(directory);
    return join(directory, name);
  }
  if (statSync(output, { throwIfNoEntry: false })?.isDirectory() === true) return join(output, name);
  makeFolder(dirname(output));
  return output;
}

/** @throws BACKUP_FOLDER */
function makeFolder(directory: string): void {
  try {
    makeDirectory(directory, 0o700);
  } catch (cause) {
    throw backupErrors.BACKUP_FOLDER([directory, systemReason(cause)], { cause });
  }
}

/** A moment as part of a file's name: `2026-11-21T10-45-00-123Z`. */
export function stamp(nowMs: number): string {
  return new Date(nowMs).toISOString().replaceAll(/[:.]/g, "-");
}
