import type {
  AllowEntry,
  IngressBatch,
  IngressEntry,
  Journal,
  OutboxPart,
  PairingRequest,
  TurnSettlement,
} from "@loong/gateway";
import type { InboundEvent, TranscriptEntry } from "@loong/sdk";

export const NOW = 1_800_000_000_000;
export const CHANNEL = "rooms";
export const ACCOUNT = "default";
export const LANE = "rooms/default/lobby";

export function sampleEvent(name: string, changes: Partial<InboundEvent> = {}): InboundEvent {
  return {
    eventId: `event-${name}`,
    messageId: `message-${name}`,
    kind: "message",
    conversation: { id: "lobby", type: "group", threadId: "t1", title: "The lobby" },
    sender: { id: "ada", name: "Ada" },
    text: `hello from ${name}`,
    addressed: true,
    attachments: [{ kind: "image", ref: "img-1", sizeBytes: 12 }],
    sentAtMs: NOW - 5,
    ...changes,
  };
}

export function sampleEntry(name: string, changes: Partial<IngressEntry> = {}): IngressEntry {
  return { event: sampleEvent(name), lane: LANE, state: "new", ...changes };
}

export function sampleBatch(entries: readonly IngressEntry[], changes: Partial<IngressBatch> = {}): IngressBatch {
  return { channel: CHANNEL, account: ACCOUNT, entries, nowMs: NOW, ...changes };
}

export function samplePart(id: string, changes: Partial<OutboxPart> = {}): OutboxPart {
  return {
    id,
    lane: LANE,
    channel: CHANNEL,
    account: ACCOUNT,
    kind: "reply",
    to: "lobby",
    threadId: "t1",
    inReplyTo: "message-a",
    content: { type: "markdown", markdown: `**${id}**` },
    idempotencyKey: `key${id.replaceAll(/[^a-z0-9]/g, "")}`,
    createdAtMs: NOW,
    state: "pending",
    attempts: 0,
    ambiguous: 0,
    nextAtMs: NOW,
    ...changes,
  };
}

export function sampleSettlement(seq: number, changes: Partial<TurnSettlement> = {}): TurnSettlement {
  return {
    seq,
    state: "done",
    nextAtMs: NOW,
    conversationKey: LANE,
    transcript: [sampleLine("user", `question ${seq}`), sampleLine("assistant", `answer ${seq}`)],
    parts: [samplePart(`${seq}:0`)],
    nowMs: NOW,
    ...changes,
  };
}

export function sampleLine(role: TranscriptEntry["role"], text: string): TranscriptEntry {
  return { role, text, atMs: NOW };
}

export function samplePairing(senderId: string, changes: Partial<PairingRequest> = {}): PairingRequest {
  return {
    channel: CHANNEL,
    account: ACCOUNT,
    senderId,
    senderName: `Name of ${senderId}`,
    conversationId: `dm-${senderId}`,
    code: "ABCD2345",
    createdAtMs: NOW,
    expiresAtMs: NOW + 3_600_000,
    ...changes,
  };
}

export function sampleAllow(senderId: string): AllowEntry {
  return { channel: CHANNEL, account: ACCOUNT, senderId, senderName: `Name of ${senderId}`, approvedAtMs: NOW };
}

/** Stores one event and gives its place. */
export async function acceptOne(journal: Journal, name: string, changes: Partial<IngressEntry> = {}): Promise<number> {
  const [result] = await journal.accept(sampleBatch([sampleEntry(name, changes)]));
  if (result === undefined) throw new Error("accept gave no result for its entry");
  return result.seq;
}

/** Stores one event and starts its turn. */
export async function startOne(journal: Journal, name: string): Promise<number> {
  const seq = await acceptOne(journal, name);
  await journal.startTurn(seq, NOW);
  return seq;
}
