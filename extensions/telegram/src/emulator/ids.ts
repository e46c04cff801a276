import { createHash, randomBytes, randomInt } from "node:crypto";

/** User ids no longer fit into 32 bits; names keep theirs from one run to the next. */
export function userIdFor(name: string): number {
  return 6_000_000_000 + digest(`user:${name}`);
}

/** Basic groups count down from zero; supergroups and channels have `-100` before their own number. */
export function chatIdFor(name: string, isBasicGroup: boolean): number {
  const number = digest(`chat:${name}`);
  return isBasicGroup ? -(4_000_000_000 + number) : -(1_002_000_000_000 + number);
}

function digest(seed: string): number {
  return createHash("sha256").update(seed).digest().readUInt32BE(0) % 1_000_000_000;
}

/** The id of the same file differs from bot to bot and call to call; this one is as opaque and stays. */
export function fileId(prefix: string): string {
  return `${prefix}${randomBytes(38).toString("base64url")}`;
}

export function fileUniqueId(): string {
  return `AQAD${randomBytes(8).toString("base64url")}`;
}

/** 18 or 19 digits. */
export function queryId(): string {
  return `${randomInt(1e9, 4e9)}${String(randomInt(0, 1e9)).padStart(9, "0")}`;
}

/** The platform starts counting updates anywhere. */
export function firstUpdateId(): number {
  return randomInt(200_000_000, 1_000_000_000);
}
