import type { MessageEntry, PairingEntry } from "@loong/api";
import type { StatePaths } from "@loong/config";
import type { JournalCounts } from "@loong/gateway";
import { openJournalReader } from "@loong/journal/sqlite";
import type { MessageQuery } from "./control/calls.ts";
import { messageEntries } from "./message-entries.ts";
import { approvedEntry, pendingEntry } from "./pairing-entries.ts";

export type { MessageQuery } from "./control/calls.ts";

type JournalPath = Pick<StatePaths, "journalFile">;

/**
 * How many messages of each state the journal holds.
 *
 * @returns `undefined` when no gateway ever stored anything.
 * @throws JOURNAL_* when the file cannot be read.
 */
export function storedCounts({ journalFile }: JournalPath): JournalCounts | undefined {
  using reader = openJournalReader(journalFile);
  return reader?.counts();
}

/** What `messages` of a running gateway gives, from the file. @throws JOURNAL_* */
export async function storedMessages({ journalFile }: JournalPath, query: MessageQuery): Promise<MessageEntry[]> {
  using reader = openJournalReader(journalFile);
  return reader === undefined ? [] : await messageEntries(reader, query);
}

/** What `pairings` of a running gateway gives, from the file. @throws JOURNAL_* */
export function storedPairings({ journalFile }: JournalPath, nowMs: number): PairingEntry[] {
  using reader = openJournalReader(journalFile);
  if (reader === undefined) return [];
  const open = reader.requests().filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  return [...open.map(pendingEntry), ...reader.allowed().map(approvedEntry)];
}
