import { gatewayErrors } from "../errors.ts";
import type { AllowEntry, Clock, Journal, OutboxPart, PairingRequest } from "../ports.ts";

const CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LENGTH = 8;
const PAIRING_TTL_MS = 30 * 60_000;
const PROMPT_INTERVAL_MS = 60 * 60_000;
/** So long after its code has expired a request still tells that its stranger had a prompt within the hour. */
export const REMEMBER_EXPIRED_MS: number = PROMPT_INTERVAL_MS - PAIRING_TTL_MS;
const MAX_PENDING_PER_ACCOUNT = 3;
const MAX_WRONG_CODES = 10;
const LOCK_MS = 15 * 60_000;

/** Who asked to talk in private, who may, and how an operator decides. Approval grants private messages, never groups. */
export interface Pairings {
  restore(pending: readonly PairingRequest[], allowed: readonly AllowEntry[]): void;
  isPaired(channel: string, account: string, senderId: string): boolean;
  /**
   * A new request to store and to prompt for, or `undefined` when this stranger gets silence. It holds the stranger's
   * place until `release`, so that two messages at once get one prompt.
   */
  request(stranger: Stranger): PairingRequest | undefined;
  /** The request was not stored after all. */
  release(request: PairingRequest): void;
  pending(): readonly PairingRequest[];
  allowed(): readonly AllowEntry[];
  /** The pending request that an operator means. @throws GATEWAY_PAIRING_UNKNOWN, GATEWAY_PAIRING_LOCKED */
  choose(choice: PairingChoice): PairingRequest;
  /** @param welcome - Parts that are stored with the approval. */
  approve(request: PairingRequest, welcome: readonly OutboxPart[]): Promise<void>;
  reject(request: PairingRequest): Promise<void>;
  /** @throws GATEWAY_PAIRING_NOT_APPROVED */
  revoke(channel: string, account: string | undefined, senderId: string): Promise<void>;
}

interface Stranger {
  readonly channel: string;
  readonly account: string;
  readonly senderId: string;
  readonly senderName?: string;
  readonly conversationId: string;
}

export interface PairingChoice {
  readonly channel: string;
  readonly account?: string;
  /** The code, or the immutable id of the sender. */
  readonly code?: string;
  readonly senderId?: string;
}

export function createPairings(journal: Journal, clock: Clock, random: () => number): Pairings {
  const pending = new Map<string, PairingRequest>();
  const allowed = new Map<string, AllowEntry>();
  const promptedAtMs = new Map<string, number>();
  const wrongCodes: number[] = [];

  function live(): PairingRequest[] {
    const nowMs = clock.now();
    for (const [key, request] of pending) if (request.expiresAtMs <= nowMs) pending.delete(key);
    for (const [key, atMs] of promptedAtMs) if (atMs + PROMPT_INTERVAL_MS <= nowMs) promptedAtMs.delete(key);
    return [...pending.values()];
  }

  function remember(request: PairingRequest): void {
    pending.set(keyOf(request), request);
    promptedAtMs.set(keyOf(request), request.createdAtMs);
  }

  function choose(choice: PairingChoice): PairingRequest {
    const nowMs = clock.now();
    while (wrongCodes.length > 0 && (wrongCodes[0] ?? 0) + LOCK_MS <= nowMs) wrongCodes.shift();
    if (wrongCodes.length >= MAX_WRONG_CODES) throw gatewayErrors.GATEWAY_PAIRING_LOCKED([LOCK_MS / 60_000]);
    const code = choice.code?.trim().toUpperCase();
    const found = live().find(
      (request) =>
        request.channel === choice.channel &&
        (choice.account === undefined || request.account === choice.account) &&
        (code === undefined ? request.senderId === choice.senderId : request.code === code),
    );
    if (found !== undefined) return found;
    wrongCodes.push(nowMs);
    throw gatewayErrors.GATEWAY_PAIRING_UNKNOWN([
      choice.channel,
      code === undefined ? `of "${choice.senderId ?? ""}"` : `with code "${code}"`,
    ]);
  }

  /** Is on the list no more while it is decided: of two decisions at once the second finds nothing. */
  async function settle(request: PairingRequest, allow?: AllowEntry, welcome?: readonly OutboxPart[]): Promise<void> {
    pending.delete(keyOf(request));
    try {
      await journal.settlePairing(request, allow, welcome);
    } catch (error) {
      pending.set(keyOf(request), request);
      throw error;
    }
  }

  return {
    restore(pendingRows, allowedRows) {
      for (const request of pendingRows) remember(request);
      for (const entry of allowedRows) allowed.set(keyOf(entry), entry);
    },
    isPaired: (channel, account, senderId) => allowed.has(keyOf({ channel, account, senderId })),
    request(stranger) {
      const nowMs = clock.now();
      const waiting = live();
      if (promptedAtMs.has(keyOf(stranger))) return undefined;
      const ofAccount = waiting.filter((one) => one.channel === stranger.channel && one.account === stranger.account);
      if (ofAccount.length >= MAX_PENDING_PER_ACCOUNT) return undefined;
      const request = {
        ...stranger,
        code: makeCode(random),
        createdAtMs: nowMs,
        expiresAtMs: nowMs + PAIRING_TTL_MS,
      };
      remember(request);
      return request;
    },
    release(request) {
      pending.delete(keyOf(request));
      promptedAtMs.delete(keyOf(request));
    },
    pending: live,
    allowed: () => [...allowed.values()],
    choose,
    async approve(request, welcome) {
      const { channel, account, senderId, senderName } = request;
      const entry = {
        channel,
        account,
        senderId,
        ...(senderName === undefined ? {} : { senderName }),
        approvedAtMs: clock.now(),
      };
      await settle(request, entry, welcome);
      allowed.set(keyOf(entry), entry);
    },
    reject: (request) => settle(request),
    async revoke(channel, account, senderId) {
      const entries = [...allowed.values()].filter(
        (one) =>
          one.channel === channel && one.senderId === senderId && (account === undefined || one.account === account),
      );
      if (entries.length === 0) throw gatewayErrors.GATEWAY_PAIRING_NOT_APPROVED([channel, senderId]);
      for (const entry of entries) {
        await journal.revoke(entry.channel, entry.account, entry.senderId);
        allowed.delete(keyOf(entry));
      }
    },
  };
}

function keyOf(of: { channel: string; account: string; senderId: string }): string {
  return JSON.stringify([of.channel, of.account, of.senderId]);
}

function makeCode(random: () => number): string {
  let code = "";
  while (code.length < CODE_LENGTH) code += CODE_ALPHABET[Math.floor(random() * CODE_ALPHABET.length)] ?? "";
  return code;
}
