import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { InboxRow, InboxState, IngressBatch, IngressEntry, IngressResult, TurnSettlement } from "@loong/gateway";
import type { InboundEvent } from "@loong/sdk";
import { journalErrors } from "../errors.ts";
import { scrubEvent } from "../scrub.ts";
import { checkPreview, checkSettle, checkStart } from "../transitions.ts";
import { openBody, sealBody } from "./body.ts";
import { listSql } from "./list.ts";
import { DAMAGED, PRUNE_CHUNK } from "./limits.ts";

/** Rows of the inbox. Every method is one step of a transaction that its caller has begun. */
export interface Inbox {
  add(batch: IngressBatch, entry: IngressEntry): IngressResult;
  start(seq: number): void;
  settle(settlement: TurnSettlement): void;
  savePreview(seq: number, preview: string): void;
  /** Gives running rows back and buries damaged ones; the rest, in order of arrival. */
  recover(): readonly InboxRow[];
  list(states: readonly string[] | undefined, limit: number): readonly InboxRow[];
  /** Forgets some bodies. `false` when no older one is left. */
  scrubSome(beforeMs: number): boolean;
  scrubSomeDenied(beforeMs: number): boolean;
  deleteSome(beforeMs: number): boolean;
}

interface InboxRecord {
  readonly seq: number;
  readonly channel: string;
  readonly account: string;
  readonly event_id: string;
  readonly message_id: string;
  readonly lane: string;
  readonly body: string;
  readonly crc: number;
  readonly scrubbed: number;
  readonly received_at_ms: number;
  readonly state: InboxState;
  readonly attempts: number;
  readonly crashes: number;
  readonly next_at_ms: number;
  readonly preview: string | null;
  readonly error: string | null;
}

type Statements = ReturnType<typeof prepare>;

export function createInbox(database: DatabaseSync): Inbox {
  const statements = prepare(database);
  return {
    add: (batch, entry) => add(statements, batch, entry),
    start(seq) {
      checkStart(seq, recordOf(statements, seq).state);
      statements.start.run(seq);
    },
    settle(settlement) {
      const { seq, state, nextAtMs, error } = settlement;
      const record = recordOf(statements, seq);
      checkSettle(seq, record.state, state, record.scrubbed === 1);
      if (record.state === "dead") statements.revive.run(seq);
      statements.settle.run(state, nextAtMs, error ?? null, seq);
    },
    savePreview(seq, preview) {
      checkPreview(seq, recordOf(statements, seq).state);
      statements.savePreview.run(preview, seq);
    },
    recover: () => recover(statements),
    list(states, limit) {
      const sql = listSql("inbox", "seq", "done", states);
      return recordsOf(database.prepare(sql), ...(states ?? []), limit).map((record) => rowOf(record, eventOf(record)));
    },
    scrubSome: (beforeMs) => scrubSome(statements, statements.ended, beforeMs),
    scrubSomeDenied: (beforeMs) => scrubSome(statements, statements.denied, beforeMs),
    deleteSome: (beforeMs) => Number(statements.delete.run(beforeMs, PRUNE_CHUNK).changes) === PRUNE_CHUNK,
  };
}

function prepare(database: DatabaseSync) {
  return {
    insert: database.prepare(`
      INSERT INTO inbox (channel, account, event_id, message_id, lane, body, crc, received_at_ms, state, next_at_ms, error)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
    byEventId: database.prepare("SELECT seq FROM inbox WHERE channel = ? AND account = ? AND event_id = ?"),
    byMessageId: database.prepare("SELECT seq FROM inbox WHERE channel = ? AND account = ? AND message_id = ?"),
    bySeq: database.prepare("SELECT state, scrubbed FROM inbox WHERE seq = ?"),
    start: database.prepare("UPDATE inbox SET state = 'running', attempts = attempts + 1 WHERE seq = ?"),
    revive: database.prepare("UPDATE inbox SET attempts = 0, crashes = 0, preview = NULL WHERE seq = ?"),
    settle: database.prepare("UPDATE inbox SET state = ?, next_at_ms = ?, error = ? WHERE seq = ?"),
    savePreview: database.prepare("UPDATE inbox SET preview = ? WHERE seq = ?"),
    giveBack: database.prepare(
      "UPDATE inbox SET state = 'new', crashes = crashes + 1 WHERE state <> 'done' AND state = 'running'",
    ),
    waiting: database.prepare("SELECT * FROM inbox WHERE state <> 'done' AND state = 'new' ORDER BY seq"),
    bury: database.prepare("UPDATE inbox SET state = 'dead', error = ? WHERE seq = ?"),
    ended: database.prepare(`
      SELECT * FROM inbox WHERE scrubbed = 0 AND received_at_ms < ? AND state NOT IN ('new', 'running') LIMIT ?`),
    denied: database.prepare(
      "SELECT * FROM inbox WHERE scrubbed = 0 AND received_at_ms < ? AND state = 'denied' LIMIT ?",
    ),
    scrub: database.prepare("UPDATE inbox SET body = ?, crc = ?, scrubbed = 1 WHERE seq = ?"),
    delete: database.prepare(`
      DELETE FROM inbox WHERE seq IN (
        SELECT seq FROM inbox
        WHERE scrubbed IN (0, 1) AND received_at_ms < ? AND state NOT IN ('new', 'running') LIMIT ?)`),
  };
}

function add(statements: Statements, batch: IngressBatch, entry: IngressEntry): IngressResult {
  const { channel, account, nowMs } = batch;
  const { event, lane, state, reason } = entry;
  const { body, crc } = sealBody(event);
  const { eventId, messageId } = event;
  const inserted = statements.insert.run(
    channel,
    account,
    eventId,
    messageId,
    lane,
    body,
    crc,
    nowMs,
    state,
    nowMs,
    reason ?? null,
  );
  if (inserted.changes === 1) return { duplicate: false, seq: Number(inserted.lastInsertRowid) };
  const known =
    statements.byEventId.get(channel, account, eventId) ?? statements.byMessageId.get(channel, account, messageId);
  return { duplicate: true, seq: Number(known?.["seq"]) };
}

function recover(statements: Statements): readonly InboxRow[] {
  statements.giveBack.run();
  const rows: InboxRow[] = [];
  for (const record of recordsOf(statements.waiting)) {
    const event = bodyOf(record);
    if (event) rows.push(rowOf(record, event));
    else statements.bury.run(DAMAGED, record.seq);
  }
  return rows;
}

function scrubSome(statements: Statements, which: StatementSync, beforeMs: number): boolean {
  const records = recordsOf(which, beforeMs, PRUNE_CHUNK);
  for (const record of records) {
    const { body, crc } = sealBody(scrubEvent(eventOf(record)));
    statements.scrub.run(body, crc, record.seq);
  }
  return records.length === PRUNE_CHUNK;
}

function recordOf(statements: Statements, seq: number): Pick<InboxRecord, "state" | "scrubbed"> {
  const record = statements.bySeq.get(seq);
  if (!record) throw journalErrors.JOURNAL_NOT_FOUND([`inbox row ${seq}`]);
  return record as unknown as InboxRecord;
}

function recordsOf(statement: StatementSync, ...values: (string | number)[]): readonly InboxRecord[] {
  return statement.all(...values) as unknown as InboxRecord[];
}

function rowOf(record: InboxRecord, event: InboundEvent): InboxRow {
  return {
    seq: record.seq,
    channel: record.channel,
    account: record.account,
    lane: record.lane,
    event,
    receivedAtMs: record.received_at_ms,
    state: record.state,
    attempts: record.attempts,
    crashes: record.crashes,
    nextAtMs: record.next_at_ms,
    ...(record.preview === null ? {} : { preview: record.preview }),
    ...(record.error === null ? {} : { error: record.error }),
  };
}

/** The event, or what the columns still know of one whose body is damaged. */
function eventOf(record: InboxRecord): InboundEvent {
  return (
    bodyOf(record) ?? {
      eventId: record.event_id,
      messageId: record.message_id,
      kind: "message",
      conversation: { id: "", type: "direct" },
      sender: { id: "" },
      text: "",
      addressed: false,
      sentAtMs: record.received_at_ms,
    }
  );
}

/** `undefined` when it is damaged. */
function bodyOf(record: InboxRecord): InboundEvent | undefined {
  return openBody(record) as InboundEvent | undefined;
}
