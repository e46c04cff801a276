import type {
  AgentEvent,
  DmPolicy,
  GroupPolicy,
  InboundEvent,
  LogFields,
  MessageRef,
  OutboundContent,
  OutboundMessage,
  Receipt,
  StreamFeature,
  StreamingMode,
  TextLimits,
  TranscriptEntry,
  Turn,
} from "@loong/sdk";

/** What the core needs from outside. The host passes the real ones, the simulator virtual ones. */
export interface Ports {
  readonly journal: Journal;
  readonly channels: Channels;
  readonly agents: Agents;
  readonly clock: Clock;
  /** Uniform in [0, 1): jitter and pairing codes. The host passes a cryptographic one. */
  readonly random: () => number;
  readonly log: GatewayLog;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls `run` once after `delayMs`; the timer never keeps the process alive by itself. */
  setTimer(delayMs: number, run: () => void): Timer;
}
export interface Timer {
  cancel(): void;
}

export interface GatewayLog {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The configured accounts, as the core sees them. */
export interface Channels {
  /** `undefined` when the account is not configured or is disabled now. */
  facts(channel: string, account: string): AccountFacts | undefined;
  /** @throws LoongError with an `outcome`; anything else counts as `unknown`. */
  send(channel: string, account: string, message: OutboundMessage, signal: AbortSignal): Promise<Receipt>;
  /** Best effort; `undefined` when the channel shows no typing. */
  startTyping(channel: string, account: string, at: MessageRef, signal: AbortSignal): Promise<string> | undefined;
  stopTyping(channel: string, account: string, handle: string, signal: AbortSignal): Promise<void>;
  /** `undefined` when the channel shows no previews of an answer. */
  stream(channel: string, account: string): StreamFeature | undefined;
}

export interface AccountFacts {
  readonly access: AccountAccess;
  readonly text: TextLimits;
  readonly streaming: StreamingMode;
  /** Absent: the platform takes no idempotency key. */
  readonly idempotencyWindowMs?: number;
  /** `false`: what is not taken is never delivered again, since the platform knows no acknowledgement. Absent: `true`. */
  readonly redelivers?: boolean;
}

/** Who may speak to one account, and where. Lists hold immutable ids only. */
export interface AccountAccess {
  /** As written by the operator, or the channel's default; see `policyWritten`. */
  readonly dmPolicy: DmPolicy;
  readonly groupPolicy: GroupPolicy;
  /** The operator wrote the policy. With a boundary and no written policy, being inside the boundary is enough. */
  readonly dmPolicyWritten: boolean;
  readonly groupPolicyWritten: boolean;
  readonly allowFrom: readonly string[];
  readonly groupAllowFrom: readonly string[];
  /** By conversation id; `"*"` is every other group. */
  readonly groups: Readonly<Record<string, GroupAccess>>;
  /** In groups, answer only when addressed, unless the group says otherwise. */
  readonly requireMention: boolean;
  /** Outer boundary: `allowedChatIds` or `allowedConversationIds`. Absent: no boundary. Empty: nobody. */
  readonly allowedConversationIds?: readonly string[];
  readonly allowedSenderIds?: readonly string[];
  /** Where the operator finds these keys: `channels.acme.accounts.work`. Shown in hints. */
  readonly configPath: string;
}

export interface GroupAccess {
  readonly enabled?: boolean;
  readonly requireMention?: boolean;
  readonly allowFrom?: readonly string[];
  readonly systemPrompt?: string;
}

export interface Agents {
  /** @throws LoongError; `outcome: "not-sent"` means the turn may be tried again, after `retryAfterMs` if given. */
  run(turn: Turn, signal: AbortSignal): AsyncIterable<AgentEvent>;
}

// ---------------------------------------------------------------------------------------------------------------------
// Journal
// ---------------------------------------------------------------------------------------------------------------------

export type InboxState = "new" | "running" | "done" | "denied" | "dead";
export type OutboxState = "pending" | "sending" | "sent" | "unknown" | "dead" | "rejected";

/** One accepted event. `seq` is its place in the order of arrival and the id of its turn. */
export interface InboxRow {
  readonly seq: number;
  readonly channel: string;
  readonly account: string;
  /** `channel/account/conversation[/thread]`: one turn at a time. */
  readonly lane: string;
  readonly event: InboundEvent;
  readonly receivedAtMs: number;
  readonly state: InboxState;
  /** Turns started for this row. */
  readonly attempts: number;
  /** Times a process died while this row was running. */
  readonly crashes: number;
  readonly nextAtMs: number;
  /** What the room shows of an answer that is not said yet. */
  readonly preview?: string;
  readonly error?: string;
}

/** One part of a reply, or one proactive message. */
export interface OutboxPart {
  /** `"<turn>:<part>"`, or `"p<…>:0"` for a proactive one. */
  readonly id: string;
  readonly lane: string;
  readonly channel: string;
  readonly account: string;
  readonly kind: "reply" | "notice" | "proactive";
  readonly to: string;
  readonly threadId?: string;
  readonly inReplyTo?: string;
  readonly content: OutboundContent;
  /** The preview this part takes the place of. */
  readonly preview?: string;
  /** Derived from `id` and the journal's instance key; the same in every attempt. */
  readonly idempotencyKey: string;
  readonly createdAtMs: number;
  readonly state: OutboxState;
  readonly attempts: number;
  /** Attempts whose outcome nobody knows. */
  readonly ambiguous: number;
  readonly firstSentAtMs?: number;
  readonly nextAtMs: number;
  readonly receipt?: Receipt;
  readonly error?: string;
}

/** What one `accept` stores in one transaction, before anything is acknowledged. */
export interface IngressBatch {
  readonly channel: string;
  readonly account: string;
  readonly entries: readonly IngressEntry[];
  readonly cursor?: string;
  readonly nowMs: number;
}
export interface IngressEntry {
  readonly event: InboundEvent;
  readonly lane: string;
  /** `denied` rows are kept for the audit and never run. */
  readonly state: "new" | "denied";
  readonly reason?: string;
  /** Stored with the row, never for a duplicate: the pairing this event asks for, and the prompt that tells its code. */
  readonly pairing?: PairingRequest;
  readonly notice?: OutboxPart;
}
export type IngressResult =
  | { readonly duplicate: false; readonly seq: number }
  | { readonly duplicate: true; readonly seq: number };

/** What ends (or returns) a turn, in one transaction. */
export interface TurnSettlement {
  readonly seq: number;
  /** `new` gives the row back for another attempt at `nextAtMs`. */
  readonly state: "done" | "dead" | "new";
  readonly nextAtMs: number;
  readonly error?: string;
  readonly conversationKey: string;
  readonly transcript: readonly TranscriptEntry[];
  /** Stored in order. A part may be born `sending`: then its attempt is committed with the turn. */
  readonly parts: readonly OutboxPart[];
  readonly nowMs: number;
}

/** A stranger who asked to talk in private. */
export interface PairingRequest {
  readonly channel: string;
  readonly account: string;
  readonly senderId: string;
  readonly senderName?: string;
  /** Where the answer goes. */
  readonly conversationId: string;
  /** 8 characters, shown to the stranger and typed by the operator. */
  readonly code: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}

/** A sender who may talk in private because an operator approved it. Grants nothing in groups. */
export interface AllowEntry {
  readonly channel: string;
  readonly account: string;
  readonly senderId: string;
  readonly senderName?: string;
  readonly approvedAtMs: number;
}

/** Everything that was open when the last process ended. `running` rows come back as `new` with `crashes + 1`; `sending`
 * parts come back as `pending` with `ambiguous + 1`. Both changes are committed before this resolves. */
export interface Recovery {
  readonly inbox: readonly InboxRow[];
  readonly outbox: readonly OutboxPart[];
  readonly pairings: readonly PairingRequest[];
  readonly allowed: readonly AllowEntry[];
}

export interface MessageFilter {
  readonly box: "inbox" | "outbox";
  readonly states?: readonly (InboxState | OutboxState)[];
  readonly limit: number;
}

export interface JournalCounts {
  readonly inbox: Readonly<Record<InboxState, number>>;
  readonly outbox: Readonly<Record<OutboxState, number>>;
}

/** Moments, in milliseconds since 1970. */
export interface PruneLimits {
  /** Bodies of ended rows older than this are forgotten. */
  readonly scrubBeforeMs: number;
  /** And of denied rows older than this. Absent: as of others. */
  readonly scrubDeniedBeforeMs?: number;
  /** Whole rows older than this are forgotten, and what was said in conversations before. */
  readonly deleteBeforeMs: number;
}

/**
 * Where the promise is kept. Every method that changes something resolves after the change is durable (fsync), rejects
 * when nothing was changed, and never leaves half of it. Calls made in the same tick may share one commit.
 */
export interface Journal {
  /** 32 random bytes made with the store: the root of every idempotency key. */
  readonly instanceKey: Uint8Array;
  /** @param expiredBeforeMs - Pairing requests that expired by then are forgotten. */
  recover(expiredBeforeMs: number): Promise<Recovery>;

  /** Inserts what is not there yet. Unique by (channel, account, event id) and by (channel, account, message id). */
  accept(batch: IngressBatch): Promise<readonly IngressResult[]>;
  cursor(channel: string, account: string): Promise<string | undefined>;

  /** `new` → `running`, `attempts + 1`. */
  startTurn(seq: number, nowMs: number): Promise<void>;
  settleTurn(settlement: TurnSettlement): Promise<void>;
  /** What the room shows for a `running` row, so that a later attempt goes on with it. Beginning anew forgets it. */
  savePreview(seq: number, preview: string): Promise<void>;

  /** Adds parts that no turn made: proactive messages and notices. */
  enqueue(parts: readonly OutboxPart[]): Promise<void>;
  /** Writes the mutable half of a part: state, attempts, ambiguous, firstSentAtMs, nextAtMs, receipt, error. */
  savePart(part: OutboxPart): Promise<void>;

  /** The last `limit` entries since the last reset, oldest first. */
  history(conversationKey: string, limit: number): Promise<readonly TranscriptEntry[]>;
  resetConversation(conversationKey: string, nowMs: number): Promise<void>;

  /** Removes the request and, with `allow`, adds the entry and the parts that tell of it, in one transaction. */
  settlePairing(request: PairingRequest, allow?: AllowEntry, welcome?: readonly OutboxPart[]): Promise<void>;
  /** `false` when there was no such entry. */
  revoke(channel: string, account: string, senderId: string): Promise<boolean>;

  list(filter: MessageFilter & { readonly box: "inbox" }): Promise<readonly InboxRow[]>;
  list(filter: MessageFilter & { readonly box: "outbox" }): Promise<readonly OutboxPart[]>;
  part(id: string): Promise<OutboxPart | undefined>;
  counts(): Promise<JournalCounts>;
  /** Forgets what is older than the limits say. What is open stays. */
  prune(limits: PruneLimits): Promise<void>;
  close(): Promise<void>;
}
