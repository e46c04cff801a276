import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync } from "node:fs";
import { getSystemErrorMessage } from "node:util";

const MAX_BYTES = 16 * 1024 * 1024;

/** The text of a regular file, or why there is none. A file that is not there is `{ missing: true }`. */
export type TextRead = { readonly text: string } | { readonly missing: true } | Unreadable;

export interface Unreadable {
  readonly reason: string;
  /** The file can be read, but it holds no text. */
  readonly isNoText?: boolean;
}

/** Synchronous: commands begin with it, and a file of this size is read before the thread pool has woken up. */
export function readText(path: string): TextRead {
  try {
    // O_NONBLOCK: a pipe without a writer would otherwise wait for ever.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readOpen(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return missing(path);
    return code === "ENOTDIR" ? { missing: true } : { reason: systemReason(error) };
  }
}

/** What the system, or SQLite, said in words: `"permission denied"`, `"database or disk is full"`. */
export function systemReason(error: unknown): string {
  const { errno, errstr } = error as NodeJS.ErrnoException & { readonly errstr?: string };
  return errno === undefined ? (errstr ?? "it failed") : getSystemErrorMessage(errno);
}

/** Nothing by that name, or a link that leads nowhere. */
function missing(path: string): TextRead {
  try {
    return { reason: `it is a link to ${readlinkSync(path)}, which is not there` };
  } catch {
    return { missing: true };
  }
}

function readOpen(file: number): TextRead {
  const stat = fstatSync(file);
  if (!stat.isFile()) return { reason: "it is not a file" };
  if (stat.size > MAX_BYTES) return { reason: "it is larger than 16 MiB" };
  return decode(readFileSync(file));
}

function decode(bytes: Uint8Array): TextRead {
  if (bytes.includes(0)) return { reason: "it is not text", isNoText: true };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { reason: "it is not text in UTF-8", isNoText: true };
  }
}
