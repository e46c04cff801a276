import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as memory from "@loong/journal/memory";
import { backupJournal, openSqliteJournal, restoreJournal, type SqliteJournal } from "@loong/journal/sqlite";
import type { CopiedStore, NewStore } from "@loong/testkit/simulator";

export function memoryStores({ createMemoryJournal, createMemoryStore }: typeof memory): NewStore {
  return (instanceKey) => {
    const store = createMemoryStore({ instanceKey });
    return () => createMemoryJournal(store);
  };
}

/** Each store is a file of its own; all are gone after `end`. */
export function sqliteStores(): { readonly newStore: NewStore; end(): void } {
  const directory = mkdtempSync(join(tmpdir(), "loong-sim-"));
  let stores = 0;
  return {
    newStore(instanceKey) {
      const file = join(directory, String((stores += 1)), "journal.sqlite");
      let last: SqliteJournal | undefined;
      return async () => {
        await last?.close();
        last = await openSqliteJournal({ file, now: () => 0, random: () => instanceKey });
        return last;
      };
    },
    end: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** A store that can be lost; it is gone after `end`. */
export function copiedStore(): CopiedStore & { end(): void } {
  const directory = mkdtempSync(join(tmpdir(), "loong-sim-"));
  const [file, copy, kept] = ["journal", "copy", "kept"].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  return {
    open: (now) => openSqliteJournal({ file, now }),
    backup: () => backupJournal(file, copy),
    restore: () => restoreJournal(copy, file, kept),
    end: () => rmSync(directory, { recursive: true, force: true }),
  };
}
