import { isRecord, recordAt } from "@loong/emulator-kit";

export interface LoggedFrame {
  readonly atMs: number;
  readonly connectionId: string;
  readonly botId?: string;
  /** `in`: from a client. */
  readonly direction: "in" | "out";
  /** Parsed, with the secret masked; the text when it is no JSON. */
  readonly frame: unknown;
}

export interface FrameLog {
  add(entry: LoggedFrame): void;
  list(): LoggedFrame[];
  clear(): void;
}

export function createFrameLog(keep: number): FrameLog {
  let entries: LoggedFrame[] = [];
  return {
    add(entry) {
      entries.push({ ...entry, frame: masked(entry.frame) });
      if (entries.length > keep * 2) entries = entries.slice(-keep);
    },
    list: () => [...entries],
    clear() {
      entries = [];
    },
  };
}

function masked(frame: unknown): unknown {
  const body = recordAt(frame, "body");
  if (!isRecord(frame) || body?.["secret"] === undefined) return frame;
  return { ...frame, body: { ...body, secret: "***" } };
}
