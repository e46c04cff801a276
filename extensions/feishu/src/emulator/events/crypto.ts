import { createCipheriv, createHash, createHmac, randomBytes } from "node:crypto";

/**
 * Encrypts an event body: base64(IV ‖ AES-256-CBC(plaintext)), keyed with SHA-256 of the Encrypt Key.
 *
 * @param iv - 16 bytes; random when absent.
 * @see https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case (read 2026-05)
 */
export function encryptEvent(encryptKey: string, plaintext: string, iv: Uint8Array = randomBytes(16)): string {
  const key = createHash("sha256").update(encryptKey).digest();
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  return Buffer.concat([iv, cipher.update(plaintext, "utf8"), cipher.final()]).toString("base64");
}

/** `X-Lark-Signature`: hex SHA-256 of timestamp ‖ nonce ‖ Encrypt Key ‖ raw body. */
export function eventSignature(timestamp: string, nonce: string, encryptKey: string, rawBody: string): string {
  return createHash("sha256")
    .update(timestamp + nonce + encryptKey + rawBody, "utf8")
    .digest("hex");
}

/** `sign` of a custom bot: base64 HMAC-SHA256 of nothing, keyed with "timestamp\nsecret". `timestamp` is in seconds. */
export function customBotSign(timestamp: string, secret: string): string {
  return createHmac("sha256", `${timestamp}\n${secret}`).update("").digest("base64");
}
