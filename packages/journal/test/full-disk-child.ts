import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isLoongError } from "@loong/sdk";
import { sampleBatch, sampleEntry } from "@loong/testkit";
import { openSqliteJournal } from "../src/sqlite/index.ts";

const directory = process.argv[2] ?? "";
const file = join(directory, "journal.sqlite");
const ballast = join(directory, "ballast");
writeFileSync(ballast, Buffer.alloc(500_000));

const journal = await openSqliteJournal({ file });
const accept = (name: string) => journal.accept(sampleBatch([sampleEntry(name)]));
let stored = 0;
let refusal: string | undefined;
while (refusal === undefined) {
  try {
    await accept(`${stored}`);
    stored += 1;
  } catch (error) {
    refusal = isLoongError(error) ? error.code : String(error);
  }
}
const found = (await journal.counts()).inbox.new;
rmSync(ballast);
const [result] = await accept("afterwards");
await journal.close();

const again = await openSqliteJournal({ file });
const { inbox } = await again.recover(0);
await again.close();
process.stdout.write(
  JSON.stringify({
    stored,
    refusal,
    found,
    afterwards: result !== undefined && inbox.length === stored + 1 ? "stored" : "lost",
    damaged: again.warnings,
  }),
);
