import type { Journal } from "@loong/gateway";

/** A journal under test and the store below it. One harness serves one test. */
export interface JournalHarness {
  readonly journal: Journal;
  /** Opens the same store again without closing anything first: what a new process finds after a crash. */
  readonly reopen: () => Promise<Journal>;
  /** Closes what is open and removes the store. */
  readonly close: () => Promise<void>;
}

/** Promises of a journal, each under the sentence that states it. A duty rejects when its promise is broken. */
export type JournalDuties = Readonly<Record<string, (harness: JournalHarness) => Promise<void>>>;
