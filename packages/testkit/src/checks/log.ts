import type { LogFields, Logger } from "@loong/sdk";
import { expect } from "vitest";

/** A log that remembers what was said, to look for secrets in it. */
export interface RecordingLog extends Logger {
  expectWithout(secrets: readonly string[]): void;
}

export function createRecordingLog(): RecordingLog {
  const lines: string[] = [];
  const record = (message: string, fields: LogFields = {}) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  return {
    debug: record,
    info: record,
    warn: record,
    error: record,
    expectWithout(secrets) {
      for (const secret of secrets) expect(lines.join("\n"), "the log").not.toContain(secret);
    },
  };
}
