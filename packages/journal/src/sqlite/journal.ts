import { randomBytes } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type {
  InboxRow,
  IngressBatch,
  IngressResult,
  Journal,
  MessageFilter,
  OutboxPart,
  Recovery,
  TurnSettlement,
} from "@loong/gateway";
import type { LoongError } from "@loong/sdk";
import { journalErrors } from "../errors.ts";
import { createCursors } from "./cursors.ts";
import { codedFailure } from "./failures.ts";
import { checkWhole } from "./full-check.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createInbox } from "./inbox.ts";
import { closeFile, noteDamage, openFile } from "./open-file.ts";
import { createOutbox } from "./outbox.ts";
import { createPairings } from "./pairings.ts";
import { createTally } from "./tally.ts";
import { createTranscripts } from "./transcripts.ts";

export interface SqliteJournalOptions {
  /** Absolute path. Made with mode 0600, its folder with 0700, when they are not there. */
  readonly file: string;
  readonly now?: () => number;
  /** Random bytes for the instance key of a new file. */
  readonly random?: (bytes: number) => Uint8Array;
}

/** A journal in one SQLite file. */
export interface SqliteJournal extends Journal {
  /** What was found wrong when the file was opened and could be lived with: for the log and the doctor. */
  readonly warnings: readonly LoongError[];
  /**
   * Reads all of a file that was too large for that when it was opened, in a process of its own; call it once, when there
   * is time. Damage is noted in the file, so that it is not opened again.
   *
   * @returns JOURNAL_CORRUPT when it is damaged.
   * @throws when it could not be read to its end, and when `signal` ends it.
   */
  check(signal: AbortSignal): Promise<LoongError | undefined>;
}

/**
 * Opens the journal that `file` holds. Writes of one tick share one commit and one fsync; a call resolves after it.
 *
 * When the disk is full, locked or failing, every call of that commit rejects (JOURNAL_FULL, JOURNAL_LOCKED,
 * JOURNAL_IO), nothing of it is stored, and the next call tries again.
 *
 * @throws JOURNAL_FOREIGN_FILE, JOURNAL_NEWER_VERSION, JOURNAL_CORRUPT: the file is left as it is. JOURNAL_LOCKED,
 * JOURNAL_FULL, JOURNAL_IO.
 */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<SqliteJournal> {
  const { file, now = Date.now, random = randomBytes } = options;
  const { database, instanceKey, unread, warnings } = openFile(file, now, random);
  const tables = tablesOf(database, file);
  const commit = createGroupCommit(database, file);
  let closing: Promise<void> | undefined;

  /** Reads see what is committed and need no commit of their own. */
  async function read<T>(query: () => T): Promise<T> {
    if (closing) throw journalErrors.JOURNAL_CLOSED([]);
    try {
      return query();
    } catch (error) {
      throw codedFailure(error, file);
    }
  }

  function list(filter: MessageFilter & { readonly box: "inbox" }): Promise<readonly InboxRow[]>;
  function list(filter: MessageFilter & { readonly box: "outbox" }): Promise<readonly OutboxPart[]>;
  function list({ box, states, limit }: MessageFilter): Promise<readonly (InboxRow | OutboxPart)[]> {
    return read<readonly (InboxRow | OutboxPart)[]>(() => tables[box].list(states, limit));
  }

  return {
    instanceKey,
    warnings,
    async check(signal) {
      const damage = unread ? await checkWhole(file, signal) : undefined;
      // What cannot be noted is found again.
      if (damage !== undefined) await commit.run(() => noteDamage(database)).catch(() => {});
      return damage;
    },
    recover: (nowMs) => commit.run(() => recover(tables, nowMs)),
    accept: (batch) => commit.run(() => accept(tables, batch)),
    cursor: (channel, account) => read(() => tables.cursors.read(channel, account)),
    startTurn: (seq) => commit.run(() => tables.inbox.start(seq)),
    settleTurn: (settlement) => commit.run(() => settleTurn(tables, settlement)),
    savePreview: (seq, preview) => commit.run(() => tables.inbox.savePreview(seq, preview)),
    enqueue: (parts) => commit.run(() => tables.outbox.add(parts)),
    savePart: (part) => commit.run(() => tables.outbox.save(part)),
    history: (key, limit) => read(() => tables.transcripts.last(key, limit)),
    resetConversation: (key) => commit.run(() => tables.transcripts.forget(key)),
    settlePairing: (request, allow, welcome = []) =>
      commit.run(() => {
        tables.pairings.withdraw(request);
        if (allow) tables.pairings.allow(allow);
        tables.outbox.add(welcome);
      }),
    revoke: (channel, account, senderId) => commit.run(() => tables.pairings.revoke(channel, account, senderId)),
    list,
    part: (id) => read(() => tables.outbox.part(id)),
    counts: () => read(() => tables.tally.counts()),
    async prune({ scrubBeforeMs, scrubDeniedBeforeMs = scrubBeforeMs, deleteBeforeMs }) {
      for (const box of [tables.inbox, tables.outbox]) {
        while (await commit.run(() => box.deleteSome(deleteBeforeMs)));
        while (await commit.run(() => box.scrubSome(scrubBeforeMs)));
      }
      while (await commit.run(() => tables.inbox.scrubSomeDenied(scrubDeniedBeforeMs)));
      while (await commit.run(() => tables.transcripts.deleteSome(deleteBeforeMs)));
    },
    close() {
      closing ??= (async () => {
        commit.close();
        closeFile(database, file);
      })();
      return closing;
    },
  };
}

type Tables = ReturnType<typeof openTables>;

/** @throws JOURNAL_CORRUPT when a table is gone, which the check of pages does not see. */
function tablesOf(database: DatabaseSync, file: string): Tables {
  try {
    return openTables(database);
  } catch (error) {
    database.close();
    throw journalErrors.JOURNAL_CORRUPT([file, error instanceof Error ? error.message : "a table is missing"]);
  }
}

function openTables(database: DatabaseSync) {
  return {
    inbox: createInbox(database),
    outbox: createOutbox(database),
    cursors: createCursors(database),
    transcripts: createTranscripts(database),
    pairings: createPairings(database),
    tally: createTally(database),
  };
}

function recover(tables: Tables, nowMs: number): Recovery {
  tables.pairings.dropExpired(nowMs);
  return {
    inbox: tables.inbox.recover(),
    outbox: tables.outbox.recover(),
    pairings: tables.pairings.requests(),
    allowed: tables.pairings.allowed(),
  };
}

function accept(tables: Tables, batch: IngressBatch): readonly IngressResult[] {
  const results = batch.entries.map((entry) => {
    const result = tables.inbox.add(batch, entry);
    if (!result.duplicate) {
      if (entry.pairing) tables.pairings.ask(entry.pairing);
      if (entry.notice) tables.outbox.add([entry.notice]);
    }
    return result;
  });
  if (batch.cursor !== undefined) tables.cursors.write(batch.channel, batch.account, batch.cursor);
  return results;
}

function settleTurn(tables: Tables, settlement: TurnSettlement): void {
  tables.inbox.settle(settlement);
  tables.transcripts.append(settlement.conversationKey, settlement.transcript);
  tables.outbox.add(settlement.parts);
}
