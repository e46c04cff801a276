import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { OutboxPart, OutboxState } from "@loong/gateway";
import type { OutboundContent, Receipt } from "@loong/sdk";
import { journalErrors } from "../errors.ts";
import { SCRUBBED_CONTENT } from "../scrub.ts";
import { checkSave } from "../transitions.ts";
import { openBody, sealBody } from "./body.ts";
import { DAMAGED, PRUNE_CHUNK } from "./limits.ts";
import { listSql } from "./list.ts";

/** Parts of the outbox. Every method is one step of a transaction that its caller has begun. */
export interface Outbox {
  add(parts: readonly OutboxPart[]): void;
  save(part: OutboxPart): void;
  part(id: string): OutboxPart | undefined;
  /** Gives interrupted sends back as ambiguous and buries damaged parts; the rest, in order of creation. */
  recover(): readonly OutboxPart[];
  list(states: readonly string[] | undefined, limit: number): readonly OutboxPart[];
  /** Forgets some bodies. `false` when no older one is left. */
  scrubSome(beforeMs: number): boolean;
  deleteSome(beforeMs: number): boolean;
}

interface OutboxRecord {
  readonly id: string;
  readonly lane: string;
  readonly channel: string;
  readonly account: string;
  readonly kind: OutboxPart["kind"];
  readonly target: string;
  readonly thread_id: string | null;
  readonly in_reply_to: string | null;
  readonly preview: string | null;
  readonly body: string;
  readonly crc: number;
  readonly scrubbed: number;
  readonly idempotency_key: string;
  readonly created_at_ms: number;
  readonly state: OutboxState;
  readonly attempts: number;
  readonly ambiguous: number;
  readonly first_sent_at_ms: number | null;
  readonly next_at_ms: number;
  readonly receipt: string | null;
  readonly error: string | null;
}

type Statements = ReturnType<typeof prepare>;

export function createOutbox(database: DatabaseSync): Outbox {
  const statements = prepare(database);
  return {
    add(parts) {
      for (const part of parts) add(statements, part);
    },
    save: (part) => save(statements, part),
    part(id) {
      const record = recordsOf(statements.byId, id)[0];
      return record && partOf(record, contentOf(record));
    },
    recover: () => recover(statements),
    list(states, limit) {
      const sql = listSql("outbox", "ord", "sent", states);
      const records = recordsOf(database.prepare(sql), ...(states ?? []), limit);
      return records.map((record) => partOf(record, contentOf(record)));
    },
    scrubSome: (beforeMs) => {
      const { body, crc } = sealBody(SCRUBBED_CONTENT);
      return Number(statements.scrub.run(body, crc, beforeMs, PRUNE_CHUNK).changes) === PRUNE_CHUNK;
    },
    deleteSome: (beforeMs) => Number(statements.delete.run(beforeMs, PRUNE_CHUNK).changes) === PRUNE_CHUNK,
  };
}

function prepare(database: DatabaseSync) {
  return {
    insert: database.prepare(`
      INSERT INTO outbox (id, lane, channel, account, kind, target, thread_id, in_reply_to, preview, body, crc, idempotency_key,
        created_at_ms, state, attempts, ambiguous, first_sent_at_ms, next_at_ms, receipt, error)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`),
    byId: database.prepare("SELECT * FROM outbox WHERE id = ?"),
    isScrubbed: database.prepare("SELECT scrubbed FROM outbox WHERE id = ?"),
    save: database.prepare(`
      UPDATE outbox SET state = ?, attempts = ?, ambiguous = ?, first_sent_at_ms = ?, next_at_ms = ?, receipt = ?, error = ?
      WHERE id = ?`),
    giveBack: database.prepare(
      "UPDATE outbox SET state = 'pending', ambiguous = ambiguous + 1 WHERE state <> 'sent' AND state = 'sending'",
    ),
    waiting: database.prepare("SELECT * FROM outbox WHERE state <> 'sent' AND state = 'pending' ORDER BY ord"),
    bury: database.prepare("UPDATE outbox SET state = 'dead', error = ? WHERE id = ?"),
    scrub: database.prepare(`
      UPDATE outbox SET body = ?, crc = ?, scrubbed = 1 WHERE ord IN (
        SELECT ord FROM outbox
        WHERE scrubbed = 0 AND created_at_ms < ? AND state NOT IN ('pending', 'sending') LIMIT ?)`),
    delete: database.prepare(`
      DELETE FROM outbox WHERE ord IN (
        SELECT ord FROM outbox
        WHERE scrubbed IN (0, 1) AND created_at_ms < ? AND state NOT IN ('pending', 'sending') LIMIT ?)`),
  };
}

function add(statements: Statements, part: OutboxPart): void {
  const { body, crc } = sealBody(part.content);
  const { changes } = statements.insert.run(
    part.id,
    part.lane,
    part.channel,
    part.account,
    part.kind,
    part.to,
    part.threadId ?? null,
    part.inReplyTo ?? null,
    part.preview ?? null,
    body,
    crc,
    part.idempotencyKey,
    part.createdAtMs,
    part.state,
    part.attempts,
    part.ambiguous,
    part.firstSentAtMs ?? null,
    part.nextAtMs,
    part.receipt === undefined ? null : JSON.stringify(part.receipt),
    part.error ?? null,
  );
  if (changes === 0) throw journalErrors.JOURNAL_DUPLICATE_PART([part.id]);
}

function save(statements: Statements, part: OutboxPart): void {
  const stored = statements.isScrubbed.get(part.id);
  if (!stored) throw journalErrors.JOURNAL_NOT_FOUND([`message ${part.id}`]);
  checkSave(part.id, part.state, stored["scrubbed"] === 1);
  statements.save.run(
    part.state,
    part.attempts,
    part.ambiguous,
    part.firstSentAtMs ?? null,
    part.nextAtMs,
    part.receipt === undefined ? null : JSON.stringify(part.receipt),
    part.error ?? null,
    part.id,
  );
}

function recover(statements: Statements): readonly OutboxPart[] {
  statements.giveBack.run();
  const parts: OutboxPart[] = [];
  for (const record of recordsOf(statements.waiting)) {
    const content = bodyOf(record);
    if (content) parts.push(partOf(record, content));
    else statements.bury.run(DAMAGED, record.id);
  }
  return parts;
}

function recordsOf(statement: StatementSync, ...values: (string | number)[]): readonly OutboxRecord[] {
  return statement.all(...values) as unknown as OutboxRecord[];
}

function contentOf(record: OutboxRecord): OutboundContent {
  return bodyOf(record) ?? SCRUBBED_CONTENT;
}

function partOf(record: OutboxRecord, content: OutboundContent): OutboxPart {
  return {
    id: record.id,
    lane: record.lane,
    channel: record.channel,
    account: record.account,
    kind: record.kind,
    to: record.target,
    ...(record.thread_id === null ? {} : { threadId: record.thread_id }),
    ...(record.in_reply_to === null ? {} : { inReplyTo: record.in_reply_to }),
    content,
    ...(record.preview === null ? {} : { preview: record.preview }),
    idempotencyKey: record.idempotency_key,
    createdAtMs: record.created_at_ms,
    state: record.state,
    attempts: record.attempts,
    ambiguous: record.ambiguous,
    ...(record.first_sent_at_ms === null ? {} : { firstSentAtMs: record.first_sent_at_ms }),
    nextAtMs: record.next_at_ms,
    ...(record.receipt === null ? {} : { receipt: JSON.parse(record.receipt) as Receipt }),
    ...(record.error === null ? {} : { error: record.error }),
  };
}

/** `undefined` when it is damaged. */
function bodyOf(record: OutboxRecord): OutboundContent | undefined {
  return openBody(record) as OutboundContent | undefined;
}
