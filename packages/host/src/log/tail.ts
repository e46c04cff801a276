import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogEntry } from "./entry.ts";
import { sortedLogFiles } from "./files.ts";
import { humanLine } from "./human-line.ts";

export interface TailOptions {
  /** Goes on with lines as they come, until `signal` aborts. */
  readonly follow: boolean;
  /** Gives the lines as they are in the file instead of lines for people. */
  readonly json: boolean;
  /** How many of the last lines to begin with. */
  readonly lines: number;
  readonly signal?: AbortSignal;
}

const POLL_MS = 250;
const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * The end of the log, oldest line first, across the files it is spread over. Following goes from one file to the next
 * when the day ends or a file is full, and waits for a first file where there is none.
 */
export async function* tailLog(
  { logsDir }: { readonly logsDir: string },
  { follow, json, lines, signal }: TailOptions,
): AsyncGenerator<string, void, void> {
  const raw = follow ? followLines(logsDir, lines, signal) : await lastLines(await listFiles(logsDir), lines);
  for await (const line of raw) yield json ? line : forPeople(line);
}

async function lastLines(files: readonly string[], count: number): Promise<string[]> {
  const parts: string[][] = [];
  let missing = count;
  for (const file of files.toReversed()) {
    if (missing <= 0) break;
    const lines = await endOf(file, missing);
    parts.unshift(lines);
    missing -= lines.length;
  }
  return parts.flat();
}

async function endOf(file: string, count: number): Promise<string[]> {
  const reader = await openReader(file);
  try {
    return reader === undefined ? [] : await readEnd(reader, count);
  } finally {
    await reader?.handle.close();
  }
}

interface Reader {
  readonly handle: FileHandle;
  /** Stays the same when the file is renamed. */
  readonly inode: number;
  /** How far the file was read. */
  offset: number;
  /** Bytes of a line that is still being written. */
  rest: Buffer;
}

/** @returns `undefined` when the file was removed meanwhile. */
async function openReader(file: string): Promise<Reader | undefined> {
  const handle = await open(file, "r").catch(() => undefined);
  return handle && { handle, inode: (await handle.stat()).ino, offset: 0, rest: Buffer.alloc(0) };
}

/** Moves to the end and gives the last `count` whole lines, read backwards. */
async function readEnd(reader: Reader, count: number): Promise<string[]> {
  const { size } = await reader.handle.stat();
  let start = size;
  let bytes = Buffer.alloc(0);
  // One newline more than lines: the one before the first of them.
  while (start > 0 && countNewlines(bytes) <= count) {
    const from = Math.max(0, start - BLOCK_BYTES);
    bytes = Buffer.concat([await readRange(reader.handle, from, start), bytes]);
    start = from;
  }
  reader.offset = size;
  const lines = takeLines(reader, bytes);
  return count > 0 ? lines.slice(-count) : [];
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let index = bytes.indexOf(NEWLINE); index !== -1; index = bytes.indexOf(NEWLINE, index + 1)) count++;
  return count;
}

/** Splits at newlines; what follows the last one stays in the reader. */
function takeLines(reader: Reader, bytes: Buffer): string[] {
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  reader.rest = bytes.subarray(end);
  return bytes
    .subarray(0, end)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}

async function readRange(handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const buffer = Buffer.alloc(to - from);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
  return buffer.subarray(0, bytesRead);
}

async function* followLines(
  logsDir: string,
  count: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, void, void> {
  const files = await listFiles(logsDir);
  const newest = files.pop();
  let reader = newest === undefined ? undefined : await openReader(newest);
  try {
    const end = reader === undefined ? [] : await readEnd(reader, count);
    yield* await lastLines(files, count - end.length);
    yield* end;
    while (!signal?.aborted) {
      if (reader !== undefined) yield* newLines(reader);
      const next = await readerAfter(logsDir, reader);
      if (next === undefined) await pause(signal);
      else {
        // Nothing is written to a file once there is a next one; what came before is read first.
        if (reader !== undefined) yield* newLines(reader);
        await reader?.handle.close();
        reader = next;
      }
    }
  } finally {
    await reader?.handle.close();
  }
}

async function* newLines(reader: Reader): AsyncGenerator<string, void, void> {
  for (;;) {
    const block = await readRange(reader.handle, reader.offset, reader.offset + BLOCK_BYTES);
    if (block.length === 0) return;
    reader.offset += block.length;
    yield* takeLines(reader, Buffer.concat([reader.rest, block]));
  }
}

/** The file to go on with: the one after the file being read, also when that one was renamed, else the newest. */
async function readerAfter(logsDir: string, reader: Reader | undefined): Promise<Reader | undefined> {
  const files = await listFiles(logsDir);
  const inodes = reader === undefined ? [] : await Promise.all(files.map(inodeOf));
  const place = inodes.indexOf(reader?.inode);
  const next = reader !== undefined && place === -1 ? files.at(-1) : files[place + 1];
  return next === undefined ? undefined : openReader(next);
}

async function inodeOf(file: string): Promise<number | undefined> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.ino;
}

async function listFiles(logsDir: string): Promise<string[]> {
  const names = await readdir(logsDir).catch(() => []);
  return sortedLogFiles(names).map((name) => join(logsDir, name));
}

async function pause(signal: AbortSignal | undefined): Promise<void> {
  await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

function forPeople(line: string): string {
  try {
    return humanLine(JSON.parse(line) as LogEntry, { withDate: true });
  } catch {
    return line;
  }
}
