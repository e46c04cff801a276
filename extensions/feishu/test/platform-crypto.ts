import { createCipheriv, createHash } from "node:crypto";
import type { WebhookRequest } from "@loong/sdk";

/** What the platform does to a body before it sends it, by its documentation; the vectors of the fixtures keep it honest. */
export function encrypt(value: unknown, encryptKey: string): { encrypt: string } {
  const iv = Buffer.alloc(16, 3);
  const cipher = createCipheriv("aes-256-cbc", createHash("sha256").update(encryptKey).digest(), iv);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { encrypt: Buffer.concat([iv, cipher.update(text), cipher.final()]).toString("base64") };
}

export function plainRequest(body: unknown, path = "/lark/webhook"): WebhookRequest {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return { method: "POST", path, query: {}, headers: { "content-type": "application/json" }, body: bytes };
}

/** @param timestamp - In seconds. */
export function sign(request: WebhookRequest, encryptKey: string, timestamp: string): WebhookRequest {
  const signature = createHash("sha256").update(`${timestamp}nonce${encryptKey}`).update(request.body).digest("hex");
  const headers = {
    ...request.headers,
    "x-lark-request-timestamp": timestamp,
    "x-lark-request-nonce": "nonce",
    "x-lark-signature": signature,
  };
  return { ...request, headers };
}
