import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteJournal } from "@loong/journal/sqlite";
import { isLoongError } from "@loong/sdk";
import type { Bench } from "../bench.ts";
import type { Json } from "../fixture.ts";
import { createScratch } from "../scratch.ts";

/** What happened to the file of a stopped gateway. */
interface Input {
  /** Overwrites bytes from here on, negative: from the end. */
  readonly overwrite?: { readonly at: number; readonly bytes: string };
  readonly truncate?: number;
  readonly replaceBy?: string;
  readonly directory?: true;
  readonly sql?: string;
}

/** Whatever became of the journal while nobody had it open. */
export async function openStateBench(): Promise<Bench> {
  const scratch = createScratch();
  return {
    async try(input) {
      const folder = scratch.folder();
      const file = join(folder, "journal.sqlite");
      const good = await openSqliteJournal({ file, now: Date.now });
      await good.close();
      damage(file, input as Input);
      const { is, said } = await opened(file);
      return { is: JSON.parse(JSON.stringify(is).replaceAll(folder, "~")) as Json, said };
    },
    closes: scratch.removes,
  };
}

async function opened(file: string): Promise<{ readonly is: Json; readonly said: string }> {
  const before = statSync(file).isFile() ? readFileSync(file) : undefined;
  try {
    const journal = await openSqliteJournal({ file, now: Date.now });
    await journal.close();
    return { is: { opens: true }, said: "" };
  } catch (error) {
    if (!isLoongError(error)) throw error;
    const isUntouched = before === undefined || before.equals(readFileSync(file));
    const is = { code: error.code, untouched: isUntouched, hinted: error.hint !== undefined };
    return { is, said: `${error.message} ${error.hint ?? ""}` };
  }
}

function damage(file: string, { overwrite, truncate, replaceBy, directory, sql }: Input): void {
  if (overwrite !== undefined) {
    const bytes = readFileSync(file);
    const patch = Buffer.from(overwrite.bytes, "latin1");
    patch.copy(bytes, overwrite.at < 0 ? bytes.length + overwrite.at : overwrite.at);
    writeFileSync(file, bytes);
  }
  if (truncate !== undefined) truncateSync(file, truncate);
  if (replaceBy !== undefined) writeFileSync(file, Buffer.from(replaceBy, "latin1"));
  if (directory === true) {
    rmSync(file);
    mkdirSync(file);
  }
  if (sql !== undefined) {
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
  }
}
