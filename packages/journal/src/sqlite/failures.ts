import { isLoongError, type LoongError } from "@loong/sdk";
import { journalErrors } from "../errors.ts";

// Primary result codes. https://sqlite.org/rescode.html (read 2026-11-21)
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_NOMEM = 7;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_PROTOCOL = 15;
const SQLITE_NOTADB = 26;

/** What `error` says about the disk or the file, or `undefined` when it is about one operation only. */
export function storageFailure(error: unknown, file: string): LoongError | undefined {
  const sqlite = sqliteError(error);
  if (!sqlite) return undefined;
  const options = { cause: error };
  // The low byte is the primary code, whatever extended code came.
  switch (sqlite.errcode & 0xff) {
    case SQLITE_FULL:
      return journalErrors.JOURNAL_FULL([file], options);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return journalErrors.JOURNAL_LOCKED([file], options);
    case SQLITE_CORRUPT:
      return journalErrors.JOURNAL_CORRUPT([file, sqlite.errstr], options);
    case SQLITE_NOTADB:
      return journalErrors.JOURNAL_FOREIGN_FILE([file], options);
    case SQLITE_NOMEM:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return journalErrors.JOURNAL_IO([file, sqlite.errstr], options);
    default:
      return undefined;
  }
}

/** The error a caller gets: always a coded one. */
export function codedFailure(error: unknown, file: string): LoongError {
  if (isLoongError(error)) return error;
  const reason = error instanceof Error ? error.message : "an unknown error";
  return storageFailure(error, file) ?? journalErrors.JOURNAL_INVALID([reason], { cause: error });
}

interface SqliteError {
  readonly errcode: number;
  readonly errstr: string;
}

function sqliteError(error: unknown): SqliteError | undefined {
  const known = error as Partial<SqliteError & { code: string }> | null | undefined;
  return known?.code === "ERR_SQLITE_ERROR" ? (known as SqliteError) : undefined;
}
