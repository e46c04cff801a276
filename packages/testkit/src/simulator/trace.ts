import { createHash } from "node:crypto";

/** Everything that could be seen in a run, line by line. Two runs with one digest did the same. */
export interface Trace {
  note(atMs: number, line: string): void;
  /** SHA-256 over all lines so far, in hex. */
  digest(): string;
}

/** @param onLine - Hears every line as well, for a reader. */
export function createTrace(startMs: number, onLine?: (line: string) => void): Trace {
  const hash = createHash("sha256");
  return {
    note(atMs, line) {
      const whole = `${((atMs - startMs) / 1_000).toFixed(3).padStart(9)}  ${line}`;
      hash.update(`${whole}\n`);
      onLine?.(whole);
    },
    digest: () => hash.copy().digest("hex"),
  };
}
