export { backupJournal } from "./backup.ts";
export { openSqliteJournal, type SqliteJournal, type SqliteJournalOptions } from "./journal.ts";
export { inspectJournal, type JournalFacts, restoreJournal } from "./restore.ts";
export { type JournalReader, openJournalReader } from "./reader.ts";
