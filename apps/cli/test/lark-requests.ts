import { createCipheriv, createHash, randomBytes } from "node:crypto";

/** What the platform does to an event before it posts it, done by hand. */

export const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

export function encrypted(plain: string, key: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", createHash("sha256").update(key).digest(), iv);
  const bytes = Buffer.concat([iv, cipher.update(plain, "utf8"), cipher.final()]);
  return JSON.stringify({ encrypt: bytes.toString("base64") });
}

export function signature(body: string, key: string, skewSeconds = 0): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) + skewSeconds);
  const nonce = randomBytes(8).toString("hex");
  const digest = createHash("sha256").update(`${timestamp}${nonce}${key}${body}`).digest("hex");
  return { "x-lark-request-timestamp": timestamp, "x-lark-request-nonce": nonce, "x-lark-signature": digest };
}
