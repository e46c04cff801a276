import { statSync } from "node:fs";
import type { StatePaths } from "@loong/config";
import { inspectJournal, openJournalReader } from "@loong/journal/sqlite";
import { isLoongError, problemOf } from "@loong/sdk";
import { pruneLimits, type Retention } from "../maintenance.ts";
import { type Check, failedBy, note, ok } from "./check.ts";

/** A larger file is not read whole: that takes longer than a person waits. */
const MOST_BYTES = 512 * 1024 * 1024;

/** Whether what the gateway remembers is whole, and what of it will be forgotten next. */
export function checkJournal(
  { journalFile }: Pick<StatePaths, "journalFile">,
  retention: Retention,
  nowMs: number,
): readonly Check[] {
  const bytes = statSync(journalFile, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes === 0) return [ok("journal.file", "there is no journal yet")];
  try {
    return [...checkFile(journalFile, bytes), checkRetention(journalFile, retention, nowMs)];
  } catch (error) {
    const isOld = isLoongError(error) && error.code === "JOURNAL_OLDER_VERSION";
    return [isOld ? note("journal.file", problemOf(error)) : failedBy("journal.file", error)];
  }
}

function checkFile(file: string, bytes: number): readonly Check[] {
  const size = `${Math.ceil(bytes / 1024 / 1024)} MB`;
  if (bytes > MOST_BYTES && !isNotedDamaged(file)) {
    const detail = `${size}: too large to be read whole here; a gateway reads it after its start, and so does \`loong backup create\``;
    return [ok("journal.file", detail)];
  }
  const { damaged, warnings } = inspectJournal(file);
  const detail = damaged === 0 ? `whole, ${size}` : `whole, ${size}; ${damaged} damaged messages will be given up`;
  return [ok("journal.file", detail), ...warnings.map((warning) => note("journal.log", problemOf(warning)))];
}

function isNotedDamaged(file: string): boolean {
  using reader = openJournalReader(file);
  return reader?.notedDamaged ?? false;
}

function checkRetention(file: string, retention: Retention, nowMs: number): Check {
  using reader = openJournalReader(file);
  const { texts, rows } = reader?.prunable(pruneLimits(retention, nowMs)) ?? { texts: 0, rows: 0 };
  const { keepTextDays, keepIdsDays } = retention;
  return ok(
    "journal.retention",
    `text is kept ${keepTextDays} days, ids ${keepIdsDays}; the next clean-up of a gateway forgets the text of ${texts} messages and ${rows} whole ones`,
  );
}
