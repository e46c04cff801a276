import { createDecipheriv, createHash } from "node:crypto";

const BLOCK_BYTES = 16;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Opens the `encrypt` field of an event: base64 of 16 bytes IV and AES-256-CBC under SHA-256 of the Encrypt Key.
 *
 * @returns The bytes, or `undefined` for anything that was not made with this key: one answer for all, so that nothing can be
 * learned by trying.
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case (read 2026-05)
 */
export function decrypt(encrypted: string, encryptKey: string): Uint8Array | undefined {
  if (!BASE64.test(encrypted)) return undefined;
  const bytes = Buffer.from(encrypted, "base64");
  if (bytes.length < 2 * BLOCK_BYTES || bytes.length % BLOCK_BYTES !== 0) return undefined;
  const key = createHash("sha256").update(encryptKey).digest();
  try {
    const decipher = createDecipheriv("aes-256-cbc", key, bytes.subarray(0, BLOCK_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(BLOCK_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}
