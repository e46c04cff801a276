import type { DatabaseSync } from "node:sqlite";
import type { LoongError } from "@loong/sdk";
import { journalErrors } from "../errors.ts";
import { codedFailure, storageFailure } from "./failures.ts";

/** Runs writes of one tick in one transaction, so that they share one fsync. */
export interface GroupCommit {
  /**
   * Resolves after COMMIT with what `operation` returned; rejects when nothing of it was stored. `operation` may run
   * twice: it must change nothing but the database.
   */
  run<T>(operation: () => T): Promise<T>;
  /** Commits what waits now and refuses everything later. */
  close(): void;
}

interface Waiting {
  readonly operation: () => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: LoongError) => void;
}
type Outcome = { readonly value: unknown } | { readonly error: LoongError };

/** @param file - Named in errors. */
export function createGroupCommit(database: DatabaseSync, file: string): GroupCommit {
  let queue: Waiting[] = [];
  let closed = false;

  function commitQueue(): void {
    const batch = queue;
    queue = [];
    if (batch.length > 0) settle(batch, commitBatch(database, file, batch));
  }

  return {
    run<T>(operation: () => T): Promise<T> {
      if (closed) return Promise.reject(journalErrors.JOURNAL_CLOSED([]));
      return new Promise<T>((resolve, reject) => {
        if (queue.length === 0) setImmediate(commitQueue);
        queue.push({ operation, resolve: resolve as (value: unknown) => void, reject });
      });
    },
    close() {
      closed = true;
      commitQueue();
    },
  };
}

/** All outcomes, in order. A full disk, a lock or an I/O error fails the whole batch. */
function commitBatch(database: DatabaseSync, file: string, batch: readonly Waiting[]): readonly Outcome[] {
  try {
    return together(database, batch);
  } catch (error) {
    const failure = storageFailure(error, file);
    if (failure) return batch.map(() => ({ error: failure }));
  }
  // One operation refused: run all again, each able to fail alone. Rare, so the common way pays for no savepoint.
  try {
    return separately(database, file, batch);
  } catch (error) {
    const failure = codedFailure(error, file);
    return batch.map(() => ({ error: failure }));
  }
}

function together(database: DatabaseSync, batch: readonly Waiting[]): readonly Outcome[] {
  return inTransaction(database, () => batch.map(({ operation }) => ({ value: operation() })));
}

function separately(database: DatabaseSync, file: string, batch: readonly Waiting[]): readonly Outcome[] {
  return inTransaction(database, () =>
    batch.map(({ operation }) => {
      database.exec("SAVEPOINT one");
      try {
        const value = operation();
        database.exec("RELEASE one");
        return { value };
      } catch (error) {
        if (storageFailure(error, file)) throw error;
        database.exec("ROLLBACK TO one; RELEASE one");
        return { error: codedFailure(error, file) };
      }
    }),
  );
}

/** Commits what `action` did, or nothing of it. */
export function inTransaction<T>(database: DatabaseSync, action: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = action();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite itself has rolled back after some errors, a full disk among them.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function settle(batch: readonly Waiting[], outcomes: readonly Outcome[]): void {
  for (const [index, outcome] of outcomes.entries()) {
    const waiting = batch[index];
    if ("error" in outcome) waiting?.reject(outcome.error);
    else waiting?.resolve(outcome.value);
  }
}
