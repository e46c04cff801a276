import { readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { createStream, type RotatingFileStream } from "rotating-file-stream";
import { dayOf, logFile, rotatedName, sortedLogFiles } from "./files.ts";

export interface FileSinkOptions {
  readonly dir: string;
  readonly now: () => number;
  /** A file that grew to this size gives way to a new one. */
  readonly maxFileBytes: number;
  /** Older files than these many are removed. */
  readonly maxFiles: number;
  /** Lines waiting for a slow disk. What comes beyond is dropped and counted. */
  readonly maxPendingBytes: number;
}

/** Lines on their way into the file of the day. Never waits, never throws: a log does not stop a gateway. */
export interface FileSink {
  write(line: string): void;
  /** Today's file. */
  readonly file: string;
  /** Resolves when everything is in the file, or when it is clear that it never will be. */
  close(): Promise<void>;
}

const RETRY_MS = 5_000;
const DAY_MS = 86_400_000;

/** @param lost - Told once the disk takes lines again how many it did not take. */
export function openFileSink(options: FileSinkOptions, lost: (lines: number) => void): FileSink {
  const { dir, now, maxPendingBytes } = options;
  let stream: RotatingFileStream | undefined;
  let dayNumber = -1;
  let retryAtMs = 0;
  let torn = false;
  let lines: string[] = [];
  let pendingBytes = 0;
  let lostLines = 0;
  let scheduled: NodeJS.Immediate | undefined;

  /** The stream for now, or `undefined` while the disk refuses. */
  function current(): RotatingFileStream | undefined {
    const nowMs = now();
    const today = Math.floor(nowMs / DAY_MS);
    if (stream !== undefined && today !== dayNumber) {
      stream.end();
      stream = undefined;
    }
    if (stream !== undefined || nowMs < retryAtMs) return stream;
    dayNumber = today;
    stream = open(dayOf(nowMs));
    return stream;
  }

  function open(day: string): RotatingFileStream {
    const opened = openDay(options, day);
    opened.on("error", () => {
      retryAtMs = now() + RETRY_MS;
      torn = true;
      if (stream === opened) stream = undefined;
    });
    return opened;
  }

  function flush(): void {
    scheduled = undefined;
    const batch = lines;
    if (batch.length === 0) return;
    lines = [];
    // A disk that is full takes half a line: the next one does not continue it.
    const text = `${torn ? "\n" : ""}${batch.join("\n")}\n`;
    const size = Buffer.byteLength(text);
    const target = pendingBytes + size > maxPendingBytes ? undefined : current();
    if (target === undefined) {
      lostLines += batch.length;
      return;
    }
    torn = false;
    pendingBytes += size;
    target.write(text, (error) => {
      pendingBytes -= size;
      if (error) lostLines += batch.length;
      else if (lostLines > 0) confess();
    });
  }

  function confess(): void {
    const count = lostLines;
    lostLines = 0;
    lost(count);
  }

  return {
    write: (line) => {
      lines.push(line);
      scheduled ??= setImmediate(flush);
    },
    get file() {
      return logFile(dir, dayOf(now()));
    },
    close: async () => {
      clearImmediate(scheduled);
      flush();
      const last = stream;
      stream = undefined;
      if (last !== undefined) await ended(last);
    },
  };
}

function openDay(options: FileSinkOptions, day: string): RotatingFileStream {
  const { dir, maxFileBytes, maxFiles } = options;
  const name = (time: Date | number | null, index = 1) =>
    time instanceof Date ? rotatedName(day, time, index) : `loong-${day}.log`;
  const stream = createStream(name, { path: dir, size: `${maxFileBytes}B`, mode: 0o600 });
  const prune = () => void removeOldFiles(dir, maxFiles);
  return stream.on("open", prune);
}

async function removeOldFiles(dir: string, maxFiles: number): Promise<void> {
  const names = sortedLogFiles(await readdir(dir).catch(() => []));
  const old = names.slice(0, Math.max(0, names.length - maxFiles));
  await Promise.allSettled(old.map((name) => unlink(join(dir, name))));
}

function ended(stream: RotatingFileStream): Promise<void> {
  if (stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once("close", resolve);
    stream.once("error", () => resolve());
    stream.end();
  });
}
