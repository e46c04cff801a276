import { join } from "node:path";

const LOG_FILE = /^loong-\d{4}-\d{2}-\d{2}(\.[\d-]+)?\.log$/;

/** `"2026-11-21"`: the day in UTC, as the times in the file are. */
export function dayOf(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

export function logFile(dir: string, day: string): string {
  return join(dir, `loong-${day}.log`);
}

/** The name of a part of a day that grew too large: it sorts before the rest of its day. */
export function rotatedName(day: string, rotatedAt: Date, index: number): string {
  const clock = rotatedAt.toISOString().slice(11, 23).replace(/[:.]/g, "");
  return `loong-${day}.${clock}-${String(index).padStart(3, "0")}.log`;
}

/** Those of `names` that are log files, oldest first. */
export function sortedLogFiles(names: readonly string[]): string[] {
  return names.filter((name) => LOG_FILE.test(name)).sort();
}
