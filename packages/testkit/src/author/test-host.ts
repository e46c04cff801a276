import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChannelHost, HostClock, LogFields } from "@loong/sdk";

/** What a host lends, for a test: its log is kept, its folder is gone afterwards. */
export interface TestHost extends ChannelHost {
  readonly lines: readonly LogLine[];
  /** Takes the folder away. A second call does nothing. */
  close(): void;
}

export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

export interface TestHostOptions {
  /** `"default"` unless told. */
  readonly accountId?: string;
  /** The machine's unless told. */
  readonly clock?: HostClock;
}

export function createTestHost({ accountId = "default", clock }: TestHostOptions = {}): TestHost {
  const directory = mkdtempSync(join(tmpdir(), "loong-channel-"));
  const lines: LogLine[] = [];
  const write =
    (level: LogLine["level"]) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields });
  return {
    accountId,
    clock: clock ?? { now: Date.now },
    dataDir: join(directory, "data"),
    log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
    lines,
    close: () => rmSync(directory, { recursive: true, force: true }),
  };
}
