import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as memory from "@loong/journal/memory";
import { openSqliteJournal, type SqliteJournal } from "@loong/journal/sqlite";
import type { NewStore } from "@loong/testkit/simulator";

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
