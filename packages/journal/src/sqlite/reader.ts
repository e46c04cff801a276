import { statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type {
  AllowEntry,
  InboxRow,
  JournalCounts,
  MessageFilter,
  OutboxPart,
  PairingRequest,
  PruneLimits,
} from "@loong/gateway";
import { isLoongError } from "@loong/sdk";
import { journalErrors } from "../errors.ts";
import { codedFailure } from "./failures.ts";
import { createInbox } from "./inbox.ts";
import { BUSY_TIMEOUT_MS } from "./limits.ts";
import { MIGRATIONS } from "./migrations.ts";
import { checkMark, isNotedDamaged } from "./open-file.ts";
import { createOutbox } from "./outbox.ts";
import { createPairings } from "./pairings.ts";
import { createTally } from "./tally.ts";

/** A look at what a journal holds, for when no gateway runs that could be asked. Nothing can be changed through it. */
export interface JournalReader extends Disposable {
  /** A gateway read all of the file and found damage. */
  readonly notedDamaged: boolean;
  counts(): JournalCounts;
  list(filter: MessageFilter & { readonly box: "inbox" }): readonly InboxRow[];
  list(filter: MessageFilter & { readonly box: "outbox" }): readonly OutboxPart[];
  /** Some of them may have expired. */
  requests(): readonly PairingRequest[];
  allowed(): readonly AllowEntry[];
  /** What `prune` with these limits would change. */
  prunable(limits: PruneLimits): Prunable;
}

/** Rows of both boxes. */
interface Prunable {
  /** Whose text would be forgotten. */
  readonly texts: number;
  /** That would be forgotten altogether. */
  readonly rows: number;
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
    notedDamaged: isNotedDamaged(database),
    list,
    counts: () => tally.counts(),
    requests: () => pairings.requests(),
    allowed: () => pairings.allowed(),
    prunable: (limits) => prunable(database, limits),
    [Symbol.dispose]: () => database.close(),
  };
}

function prunable(database: DatabaseSync, limits: PruneLimits): Prunable {
  const { scrubBeforeMs, scrubDeniedBeforeMs = scrubBeforeMs, deleteBeforeMs } = limits;
  const count = (sql: string, ...values: number[]) =>
    Number(database.prepare(`SELECT count(*) AS n FROM ${sql}`).get(...values)?.["n"]);
  const inbox = "inbox WHERE state NOT IN ('new', 'running')";
  const outbox = "outbox WHERE state NOT IN ('pending', 'sending')";
  const forgotten = "scrubbed = 0 AND received_at_ms >= ? AND";
  return {
    texts:
      count(`${inbox} AND state <> 'denied' AND ${forgotten} received_at_ms < ?`, deleteBeforeMs, scrubBeforeMs) +
      count(`${inbox} AND state = 'denied' AND ${forgotten} received_at_ms < ?`, deleteBeforeMs, scrubDeniedBeforeMs) +
      count(`${outbox} AND scrubbed = 0 AND created_at_ms >= ? AND created_at_ms < ?`, deleteBeforeMs, scrubBeforeMs),
    rows:
      count(`${inbox} AND scrubbed IN (0, 1) AND received_at_ms < ?`, deleteBeforeMs) +
      count(`${outbox} AND scrubbed IN (0, 1) AND created_at_ms < ?`, deleteBeforeMs),
  };
}

function checkVersion(found: number, file: string): void {
  const known = MIGRATIONS.length;
  if (found > known) throw journalErrors.JOURNAL_NEWER_VERSION([file, found, known]);
  if (found < known) throw journalErrors.JOURNAL_OLDER_VERSION([file, found, known]);
}
