import { createHash, timingSafeEqual } from "node:crypto";

/** Tighter than the platform's own retries need: each delivery is signed anew. */
const MAX_SKEW_MS = 300_000;

export interface SignatureHeaders {
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
}

/** The three headers of a signed request; `undefined` when one is missing, empty or sent twice. */
export function signatureHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): SignatureHeaders | undefined {
  const timestamp = headers["x-lark-request-timestamp"];
  const nonce = headers["x-lark-request-nonce"];
  const signature = headers["x-lark-signature"];
  if (typeof timestamp !== "string" || typeof nonce !== "string" || typeof signature !== "string") return undefined;
  return timestamp === "" || nonce === "" || signature === "" ? undefined : { timestamp, nonce, signature };
}

/**
 * Whether the request was signed with the Encrypt Key: hex SHA-256 over timestamp, nonce, key and the bytes as they came.
 *
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case (read 2026-05)
 */
export function isSigned(
  { timestamp, nonce, signature }: SignatureHeaders,
  encryptKey: string,
  body: Uint8Array,
): boolean {
  const expected = createHash("sha256")
    .update(timestamp + nonce + encryptKey)
    .update(body)
    .digest("hex");
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(Buffer.from(expected), given);
}

/** Whether the signed time is within five minutes of ours. `timestamp` is in seconds. */
export function isFresh({ timestamp }: SignatureHeaders, nowMs: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(nowMs - Number(timestamp) * 1_000) <= MAX_SKEW_MS;
}

/** Compares secrets of any length in constant time, through digests of one length. */
export function isSame(expected: string, given: string): boolean {
  return timingSafeEqual(digest(expected), digest(given));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
