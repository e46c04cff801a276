import { createDecipheriv, createHash, createSecretKey, type KeyObject } from "node:crypto";

const BLOCK_BYTES = 16;

/** The key that an Encrypt Key stands for, made once: a key object spares every event 10 µs over plain bytes. */
export function decryptionKey(encryptKey: string): KeyObject {
  return createSecretKey(createHash("sha256").update(encryptKey).digest());
}

/**
 * Opens the `encrypt` field of an event: base64 of 16 bytes IV and AES-256-CBC under SHA-256 of the Encrypt Key.
 *
 * @returns The bytes, or `undefined` for anything that was not made with this key: one answer for all, so that nothing can be
 * learned by trying.
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case (read 2026-05)
 */
export function decrypt(encrypted: string, key: KeyObject): Uint8Array | undefined {
  const bytes = Buffer.from(encrypted, "base64");
  if (!isWholeBase64(encrypted, bytes)) return undefined;
  if (bytes.length < 2 * BLOCK_BYTES || bytes.length % BLOCK_BYTES !== 0) return undefined;
  try {
    const decipher = createDecipheriv("aes-256-cbc", key, bytes.subarray(0, BLOCK_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(BLOCK_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The decoder passes over what is no base64, so the bytes would be too few. The other alphabet is not the platform's. */
function isWholeBase64(text: string, bytes: Uint8Array): boolean {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  return bytes.length === Math.floor(((text.length - padding) * 3) / 4) && !text.includes("-") && !text.includes("_");
}
