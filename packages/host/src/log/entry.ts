import type { LogFields } from "@loong/sdk";

export type LogLevel = "debug" | "info" | "warn" | "error";
export const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** What a line is about. */
export interface LogScope {
  readonly channel?: string;
  readonly account?: string;
}

/** One line, as the file has it. Everything but `time`, `level` and `message` is a field of the caller's. */
export interface LogEntry extends LogScope {
  /** ISO 8601 in UTC, with milliseconds. */
  readonly time: string;
  readonly level: LogLevel;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** The fixed keys win over fields of the same name. */
export function logEntry(
  level: LogLevel,
  nowMs: number,
  scope: LogScope,
  message: string,
  fields: LogFields | undefined,
): LogEntry {
  const time = new Date(nowMs).toISOString();
  const entry = { time, level, ...scope, message, ...fields };
  return fields === undefined ? entry : Object.assign(entry, { time, level, message });
}
