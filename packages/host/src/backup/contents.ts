import type { JournalCounts } from "@loong/gateway";
import type { JournalFacts } from "@loong/journal/sqlite";
import { type Problem, problemOf } from "@loong/sdk";

/** What a backup holds, as a command shows it. */
export interface Contents {
  readonly version: number;
  readonly bytes: number;
  /** When its newest message came in, in milliseconds since 1970. */
  readonly newestAtMs: number | null;
  /** Rows by state. */
  readonly inbox: JournalCounts["inbox"];
  readonly outbox: JournalCounts["outbox"];
  /** Messages that wait and whose text is damaged. */
  readonly damaged: number;
  readonly warnings: readonly Problem[];
}

export function contentsOf({ counts, warnings, ...facts }: JournalFacts): Contents {
  const { inbox, outbox } = counts;
  return { ...facts, inbox, outbox, warnings: warnings.map(problemOf) };
}
