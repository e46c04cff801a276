import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { AllowEntry, InboxRow, JournalCounts, MessageFilter, OutboxPart, PairingRequest } from "@loong/gateway";
import { isLoongError } from "@loong/sdk";
import { journalErrors } from "../errors.ts";
import { codedFailure } from "./failures.ts";
import { createInbox } from "./inbox.ts";
import { BUSY_TIMEOUT_MS } from "./limits.ts";
import { MIGRATIONS } from "./migrations.ts";
import { checkMark } from "./open-file.ts";
import { createOutbox } from "./outbox.ts";
import { createPairings } from "./pairings.ts";
import { createTally } from "./tally.ts";

/** A look at what a journal holds, for when no gateway runs that could be asked. Nothing can be changed through it. */
export interface JournalReader extends Disposable {
  counts(): JournalCounts;
  list(filter: MessageFilter & { readonly box: "inbox" }): readonly InboxRow[];
  list(filter: MessageFilter & { readonly box: "outbox" }): readonly OutboxPart[];
  /** Some of them may have expired. */
  requests(): readonly PairingRequest[];
  allowed(): readonly AllowEntry[];
}

/**
 * Opens the file as it is: it is neither checked through nor brought to the newest version, so it takes as long for ten
 * million rows as for ten.
 *
 * @returns `undefined` when there is no journal yet.
 * @throws JOURNAL_FOREIGN_FILE, JOURNAL_NEWER_VERSION, JOURNAL_OLDER_VERSION, JOURNAL_CORRUPT, JOURNAL_LOCKED, JOURNAL_IO
 */
export function openJournalReader(file: string): JournalReader | undefined {
  if (!statSync(file, { throwIfNoEntry: false })?.size) return undefined;
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      return readerOf(database, file);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw isLoongError(error) ? error : codedFailure(error, file);
  }
}

function readerOf(database: DatabaseSync, file: string): JournalReader {
  checkMark(database, file);
  checkVersion(Number(database.prepare("PRAGMA user_version").get()?.["user_version"]), file);
  const inbox = createInbox(database);
  const outbox = createOutbox(database);
  const pairings = createPairings(database);
  const tally = createTally(database);

  function list(filter: MessageFilter & { readonly box: "inbox" }): readonly InboxRow[];
  function list(filter: MessageFilter & { readonly box: "outbox" }): readonly OutboxPart[];
  function list({ box, states, limit }: MessageFilter): readonly (InboxRow | OutboxPart)[] {
    return box === "inbox" ? inbox.list(states, limit) : outbox.list(states, limit);
  }

  return {
    list,
    counts: () => tally.counts(),
    requests: () => pairings.requests(),
    allowed: () => pairings.allowed(),
    [Symbol.dispose]: () => database.close(),
  };
}

function checkVersion(found: number, file: string): void {
  const known = MIGRATIONS.length;
  if (found > known) throw journalErrors.JOURNAL_NEWER_VERSION([file, found, known]);
  if (found < known) throw journalErrors.JOURNAL_OLDER_VERSION([file, found, known]);
}
