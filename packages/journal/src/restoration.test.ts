import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loseAndRestore } from "@loong/testkit/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { backupJournal, openSqliteJournal, restoreJournal } from "./sqlite/index.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "loong-restoration-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function brokenBy(seed: number, restore: typeof restoreJournal): Promise<readonly string[]> {
  const pathOf = (name: string) => join(directory, `${name}-${seed}.sqlite`);
  const [file, copy] = [pathOf("journal"), pathOf("copy")];
  const store = {
    open: (now: () => number) => openSqliteJournal({ file, now }),
    backup: () => backupJournal(file, copy),
    restore: () => restore(copy, file, pathOf("kept")),
  };
  return loseAndRestore(store, seed);
}

/** What somebody would do who has never lost a journal. */
async function putBack(copy: string, file: string): Promise<void> {
  rmSync(`${file}-wal`, { force: true });
  copyFileSync(copy, file);
}

test.each([2, 8])("a journal that was lost and restored breaks no promise: seed %i", async (seed) => {
  expect(await brokenBy(seed, restoreJournal)).toEqual([]);
});

test("a copy that is put back as it is gives numbers twice, and says again what nobody asked for", async () => {
  const broken = (await brokenBy(8, putBack)).join("\n");
  // The platform takes the new answer for the old one, which had the same key.
  expect(broken).toMatch(/^keyed: "answer to question \d+" is sent and nobody saw it$/m);
  expect(broken).toMatch(/^keyless: "news \w+" was shown 2 times$/m);
});
