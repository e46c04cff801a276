import { randomBytes } from "node:crypto";
import type {
  AllowEntry,
  InboxRow,
  IngressBatch,
  IngressEntry,
  IngressResult,
  Journal,
  JournalCounts,
  MessageFilter,
  OutboxPart,
  PairingRequest,
  PruneLimits,
  Recovery,
  TurnSettlement,
} from "@loong/gateway";
import type { TranscriptEntry } from "@loong/sdk";
import { journalErrors } from "./errors.ts";
import { SCRUBBED_CONTENT, scrubEvent } from "./scrub.ts";
import {
  INBOX_STATES,
  OUTBOX_STATES,
  checkPreview,
  checkSave,
  checkSettle,
  checkStart,
  checkWholeMs,
  isOpenInbox,
  isOpenOutbox,
} from "./transitions.ts";

/** What a disk would hold: it outlives every journal opened over it. Maps keep the order of arrival. */
export interface MemoryStore {
  readonly instanceKey: Uint8Array;
  readonly inbox: Map<number, InboxRow>;
  /** Both unique keys of every row, to its `seq`. */
  readonly seqs: Map<string, number>;
  readonly outbox: Map<string, OutboxPart>;
  readonly cursors: Map<string, string>;
  readonly transcripts: Map<string, readonly TranscriptEntry[]>;
  readonly pairings: Map<string, PairingRequest>;
  readonly allowed: Map<string, AllowEntry>;
  /** Rows (by `seq`) and parts (by `id`) whose bodies were forgotten. */
  readonly scrubbed: Set<number | string>;
  lastSeq: number;
  /** Counts the journals opened over this store: only the latest may use it. */
  opened: number;
}

/** @param options.instanceKey - 32 bytes; random when absent. */
export function createMemoryStore(options: { readonly instanceKey?: Uint8Array } = {}): MemoryStore {
  return {
    instanceKey: options.instanceKey ?? new Uint8Array(randomBytes(32)),
    inbox: new Map(),
    seqs: new Map(),
    outbox: new Map(),
    cursors: new Map(),
    transcripts: new Map(),
    pairings: new Map(),
    allowed: new Map(),
    scrubbed: new Set(),
    lastSeq: 0,
    opened: 0,
  };
}

/**
 * The journal as a reader would explain it: every method checks, then changes the store in one go.
 *
 * Opening a second journal over a store is a restart: the first one is fenced off and rejects with JOURNAL_CLOSED, so a
 * dead process cannot write.
 */
export function createMemoryJournal(store: MemoryStore = createMemoryStore()): Journal {
  const mine = ++store.opened;
  let closed = false;

  /** Runs `action` in one turn of the event loop: nothing can come between its check and its change. */
  async function use<T>(action: () => T): Promise<T> {
    if (closed || store.opened !== mine) throw journalErrors.JOURNAL_CLOSED([]);
    return action();
  }

  function list(filter: MessageFilter & { readonly box: "inbox" }): Promise<readonly InboxRow[]>;
  function list(filter: MessageFilter & { readonly box: "outbox" }): Promise<readonly OutboxPart[]>;
  function list(filter: MessageFilter): Promise<readonly (InboxRow | OutboxPart)[]> {
    return use(() => newestFirst(store[filter.box].values(), filter));
  }

  return {
    instanceKey: store.instanceKey,
    recover: (nowMs) => use(() => recover(store, nowMs)),
    accept: (batch) => use(() => accept(store, batch)),
    cursor: (channel, account) => use(() => store.cursors.get(keyOf(channel, account))),
    startTurn: (seq) => use(() => startTurn(store, seq)),
    settleTurn: (settlement) => use(() => settleTurn(store, settlement)),
    savePreview: (seq, preview) => use(() => savePreview(store, seq, preview)),
    enqueue: (parts) =>
      use(() => {
        checkNewParts(store, parts);
        addParts(store, parts);
      }),
    savePart: (part) => use(() => savePart(store, part)),
    history: (key, limit) => use(() => lastOf(store.transcripts.get(key) ?? [], limit)),
    resetConversation: (key) => use(() => void store.transcripts.delete(key)),
    settlePairing: (request, allow, welcome = []) => use(() => settlePairing(store, request, allow, welcome)),
    revoke: (channel, account, senderId) => use(() => store.allowed.delete(keyOf(channel, account, senderId))),
    list,
    part: (id) => use(() => store.outbox.get(id)),
    counts: () => use(() => counts(store)),
    prune: (limits) => use(() => prune(store, limits)),
    async close() {
      closed = true;
    },
  };
}

function recover(store: MemoryStore, nowMs: number): Recovery {
  for (const row of store.inbox.values()) {
    if (row.state === "running") store.inbox.set(row.seq, { ...row, state: "new", crashes: row.crashes + 1 });
  }
  for (const part of store.outbox.values()) {
    if (part.state === "sending")
      store.outbox.set(part.id, { ...part, state: "pending", ambiguous: part.ambiguous + 1 });
  }
  for (const [key, request] of store.pairings) if (request.expiresAtMs <= nowMs) store.pairings.delete(key);
  return {
    inbox: [...store.inbox.values()].filter((row) => row.state === "new"),
    outbox: [...store.outbox.values()].filter((part) => part.state === "pending"),
    pairings: [...store.pairings.values()],
    allowed: [...store.allowed.values()],
  };
}

function accept(store: MemoryStore, batch: IngressBatch): readonly IngressResult[] {
  checkNewParts(store, noticesOf(store, batch));
  const results = batch.entries.map((entry) => acceptEntry(store, batch, entry));
  if (batch.cursor !== undefined) store.cursors.set(keyOf(batch.channel, batch.account), batch.cursor);
  return results;
}

/** The notices that this batch will store: those of rows that are new, also within the batch. */
function noticesOf(store: MemoryStore, batch: IngressBatch): readonly OutboxPart[] {
  const seen = new Set<string>();
  return batch.entries.flatMap((entry) => {
    const keys = dedupeKeys(batch.channel, batch.account, entry.event);
    const duplicate = keys.some((key) => seen.has(key) || store.seqs.has(key));
    for (const key of keys) if (!duplicate) seen.add(key);
    return duplicate || entry.notice === undefined ? [] : [entry.notice];
  });
}

function acceptEntry(store: MemoryStore, batch: IngressBatch, entry: IngressEntry): IngressResult {
  const { channel, account, nowMs } = batch;
  const keys = dedupeKeys(channel, account, entry.event);
  const known = store.seqs.get(keys[0]) ?? store.seqs.get(keys[1]);
  if (known !== undefined) return { duplicate: true, seq: known };

  const seq = ++store.lastSeq;
  for (const key of keys) store.seqs.set(key, seq);
  store.inbox.set(seq, {
    seq,
    channel,
    account,
    lane: entry.lane,
    event: entry.event,
    receivedAtMs: nowMs,
    state: entry.state,
    attempts: 0,
    crashes: 0,
    nextAtMs: nowMs,
    ...(entry.reason === undefined ? {} : { error: entry.reason }),
  });
  if (entry.pairing) store.pairings.set(pairingKey(entry.pairing), entry.pairing);
  if (entry.notice) addParts(store, [entry.notice]);
  return { duplicate: false, seq };
}

function startTurn(store: MemoryStore, seq: number): void {
  const row = inboxRow(store, seq);
  checkStart(seq, row.state);
  store.inbox.set(seq, { ...row, state: "running", attempts: row.attempts + 1 });
}

function settleTurn(store: MemoryStore, settlement: TurnSettlement): void {
  const { seq, state, nextAtMs, error, conversationKey, transcript, parts } = settlement;
  const { error: _, preview, ...row } = inboxRow(store, seq);
  checkSettle(seq, row.state, state, store.scrubbed.has(seq));
  checkWholeMs(nextAtMs);
  checkNewParts(store, parts);

  const begunAnew = row.state === "dead";
  const past = begunAnew ? { attempts: 0, crashes: 0 } : preview === undefined ? {} : { preview };
  store.inbox.set(seq, { ...row, ...past, state, nextAtMs, ...(error === undefined ? {} : { error }) });
  if (transcript.length > 0) {
    store.transcripts.set(conversationKey, [...(store.transcripts.get(conversationKey) ?? []), ...transcript]);
  }
  addParts(store, parts);
}

function savePreview(store: MemoryStore, seq: number, preview: string): void {
  const row = inboxRow(store, seq);
  checkPreview(seq, row.state);
  store.inbox.set(seq, { ...row, preview });
}

function savePart(store: MemoryStore, part: OutboxPart): void {
  const stored = store.outbox.get(part.id);
  if (!stored) throw journalErrors.JOURNAL_NOT_FOUND([`message ${part.id}`]);
  checkSave(part.id, part.state, store.scrubbed.has(part.id));
  checkWholeMs(part.nextAtMs);
  const { firstSentAtMs, receipt, error } = part;
  const { firstSentAtMs: _firstSentAtMs, receipt: _receipt, error: _error, ...kept } = stored;
  store.outbox.set(part.id, {
    ...kept,
    state: part.state,
    attempts: part.attempts,
    ambiguous: part.ambiguous,
    nextAtMs: part.nextAtMs,
    ...(firstSentAtMs === undefined ? {} : { firstSentAtMs }),
    ...(receipt === undefined ? {} : { receipt }),
    ...(error === undefined ? {} : { error }),
  });
}

function settlePairing(
  store: MemoryStore,
  request: PairingRequest,
  allow: AllowEntry | undefined,
  welcome: readonly OutboxPart[],
): void {
  checkNewParts(store, welcome);
  store.pairings.delete(pairingKey(request));
  if (allow) store.allowed.set(keyOf(allow.channel, allow.account, allow.senderId), allow);
  addParts(store, welcome);
}

function counts(store: MemoryStore): JournalCounts {
  return {
    inbox: tally(INBOX_STATES, store.inbox.values()),
    outbox: tally(OUTBOX_STATES, store.outbox.values()),
  };
}

function prune(store: MemoryStore, limits: PruneLimits): void {
  const deniedBeforeMs = limits.scrubDeniedBeforeMs ?? limits.scrubBeforeMs;
  for (const row of store.inbox.values()) {
    if (isOpenInbox(row.state)) continue;
    if (row.receivedAtMs < limits.deleteBeforeMs) deleteRow(store, row);
    else if (row.receivedAtMs < (row.state === "denied" ? deniedBeforeMs : limits.scrubBeforeMs)) {
      store.scrubbed.add(row.seq);
      store.inbox.set(row.seq, { ...row, event: scrubEvent(row.event) });
    }
  }
  for (const part of store.outbox.values()) {
    if (isOpenOutbox(part.state)) continue;
    if (part.createdAtMs < limits.deleteBeforeMs) deletePart(store, part);
    else if (part.createdAtMs < limits.scrubBeforeMs) {
      store.scrubbed.add(part.id);
      store.outbox.set(part.id, { ...part, content: SCRUBBED_CONTENT });
    }
  }
  for (const [key, entries] of store.transcripts) {
    store.transcripts.set(
      key,
      entries.filter(({ atMs }) => atMs >= limits.deleteBeforeMs),
    );
  }
}

function deleteRow(store: MemoryStore, row: InboxRow): void {
  for (const key of dedupeKeys(row.channel, row.account, row.event)) store.seqs.delete(key);
  store.scrubbed.delete(row.seq);
  store.inbox.delete(row.seq);
}

function deletePart(store: MemoryStore, part: OutboxPart): void {
  store.scrubbed.delete(part.id);
  store.outbox.delete(part.id);
}

function inboxRow(store: MemoryStore, seq: number): InboxRow {
  const row = store.inbox.get(seq);
  if (!row) throw journalErrors.JOURNAL_NOT_FOUND([`inbox row ${seq}`]);
  return row;
}

function checkNewParts(store: MemoryStore, parts: readonly OutboxPart[]): void {
  const ids = new Set<string>();
  for (const { id, nextAtMs } of parts) {
    checkWholeMs(nextAtMs);
    if (store.outbox.has(id) || ids.has(id)) throw journalErrors.JOURNAL_DUPLICATE_PART([id]);
    ids.add(id);
  }
}

function addParts(store: MemoryStore, parts: readonly OutboxPart[]): void {
  for (const part of parts) store.outbox.set(part.id, part);
}

function newestFirst(rows: Iterable<InboxRow | OutboxPart>, filter: MessageFilter): (InboxRow | OutboxPart)[] {
  const wanted = [...rows].filter((row) => filter.states?.includes(row.state) ?? true);
  return wanted.toReversed().slice(0, filter.limit);
}

function tally<State extends string>(
  states: readonly State[],
  rows: Iterable<{ readonly state: State }>,
): Record<State, number> {
  const result = Object.fromEntries(states.map((state) => [state, 0])) as Record<State, number>;
  for (const { state } of rows) result[state] += 1;
  return result;
}

function lastOf<T>(entries: readonly T[], limit: number): readonly T[] {
  return limit > 0 ? entries.slice(-limit) : [];
}

function dedupeKeys(channel: string, account: string, event: InboxRow["event"]): [string, string] {
  return [keyOf(channel, account, "event", event.eventId), keyOf(channel, account, "message", event.messageId)];
}

function pairingKey(request: PairingRequest): string {
  return keyOf(request.channel, request.account, request.senderId);
}

/** Ids are opaque and may hold any separator, so they are quoted. */
function keyOf(...ids: readonly string[]): string {
  return JSON.stringify(ids);
}
