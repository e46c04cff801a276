import type { PairingEntry } from "@loong/api";
import type { AllowEntry, PairingRequest } from "@loong/gateway";

/** Somebody who asked to talk in private. */
export function pendingEntry({
  channel,
  account,
  senderId,
  senderName,
  code,
  createdAtMs,
  expiresAtMs,
}: PairingRequest): PairingEntry {
  return {
    channel,
    account,
    senderId,
    senderName: senderName ?? null,
    state: "pending",
    code,
    atMs: createdAtMs,
    expiresAtMs,
  };
}

/** Somebody who may. */
export function approvedEntry({ channel, account, senderId, senderName, approvedAtMs }: AllowEntry): PairingEntry {
  const common = { channel, account, senderId, senderName: senderName ?? null };
  return { ...common, state: "approved", code: null, atMs: approvedAtMs, expiresAtMs: null };
}
