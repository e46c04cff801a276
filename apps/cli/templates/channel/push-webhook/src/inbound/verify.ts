import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookRequest } from "@loong/sdk";

/** Older or newer than this is a request that somebody has kept. */
const MAX_SKEW_S = 300;

/**
 * Why this request is not Acme Chat's; `undefined` when it is. The signature is the HMAC-SHA256, in hex, of the
 * timestamp, a dot, and the body as it came: bytes are checked before they are parsed.
 */
export function signatureFault(
  { headers, body }: Pick<WebhookRequest, "headers" | "body">,
  secret: string,
  nowMs: number,
): string | undefined {
  const timestamp = String(headers["x-acme-timestamp"]);
  const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
  const given = Buffer.from(String(headers["x-acme-signature"]), "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return "signature";
  return Math.abs(nowMs / 1_000 - Number(timestamp)) <= MAX_SKEW_S ? undefined : "timestamp";
}
