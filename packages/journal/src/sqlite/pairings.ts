import type { DatabaseSync } from "node:sqlite";
import type { AllowEntry, PairingRequest } from "@loong/gateway";

export interface Pairings {
  /** One request per sender: a later one replaces it. */
  ask(request: PairingRequest): void;
  withdraw(request: PairingRequest): void;
  allow(entry: AllowEntry): void;
  revoke(channel: string, account: string, senderId: string): boolean;
  dropExpired(nowMs: number): void;
  requests(): readonly PairingRequest[];
  allowed(): readonly AllowEntry[];
}

interface SenderRecord {
  readonly channel: string;
  readonly account: string;
  readonly sender_id: string;
  readonly sender_name: string | null;
}
interface PairingRecord extends SenderRecord {
  readonly conversation_id: string;
  readonly code: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
}
interface AllowedRecord extends SenderRecord {
  readonly approved_at_ms: number;
}

export function createPairings(database: DatabaseSync): Pairings {
  const ask = database.prepare("INSERT OR REPLACE INTO pairing VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  const withdraw = database.prepare("DELETE FROM pairing WHERE channel = ? AND account = ? AND sender_id = ?");
  const expire = database.prepare("DELETE FROM pairing WHERE expires_at_ms <= ?");
  const requests = database.prepare("SELECT * FROM pairing ORDER BY created_at_ms");
  const allow = database.prepare("INSERT OR REPLACE INTO allowed VALUES (?, ?, ?, ?, ?)");
  const revoke = database.prepare("DELETE FROM allowed WHERE channel = ? AND account = ? AND sender_id = ?");
  const allowed = database.prepare("SELECT * FROM allowed ORDER BY approved_at_ms");
  return {
    ask: (r) =>
      void ask.run(
        r.channel,
        r.account,
        r.senderId,
        r.senderName ?? null,
        r.conversationId,
        r.code,
        r.createdAtMs,
        r.expiresAtMs,
      ),
    withdraw: (request) => void withdraw.run(request.channel, request.account, request.senderId),
    allow: (e) => void allow.run(e.channel, e.account, e.senderId, e.senderName ?? null, e.approvedAtMs),
    revoke: (channel, account, senderId) => revoke.run(channel, account, senderId).changes === 1,
    dropExpired: (nowMs) => void expire.run(nowMs),
    requests: () => (requests.all() as unknown as PairingRecord[]).map(requestOf),
    allowed: () => (allowed.all() as unknown as AllowedRecord[]).map(entryOf),
  };
}

function requestOf(record: PairingRecord): PairingRequest {
  return {
    ...senderOf(record),
    conversationId: record.conversation_id,
    code: record.code,
    createdAtMs: record.created_at_ms,
    expiresAtMs: record.expires_at_ms,
  };
}

function entryOf(record: AllowedRecord): AllowEntry {
  return { ...senderOf(record), approvedAtMs: record.approved_at_ms };
}

function senderOf({ channel, account, sender_id: senderId, sender_name: senderName }: SenderRecord) {
  return { channel, account, senderId, ...(senderName === null ? {} : { senderName }) };
}
