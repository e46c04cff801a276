import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Journal } from "@loong/gateway";
import { journalConformance } from "@loong/testkit";
import { openSqliteJournal } from "./index.ts";

journalConformance("the SQLite journal", async () => {
  const directory = mkdtempSync(join(tmpdir(), "loong-journal-"));
  const file = join(directory, "journal.sqlite");
  const opened: Journal[] = [];
  const open = async () => {
    const journal = await openSqliteJournal({ file });
    opened.push(journal);
    return journal;
  };
  return {
    journal: await open(),
    reopen: open,
    async close() {
      for (const journal of opened) await journal.close();
      rmSync(directory, { recursive: true });
    },
  };
});
