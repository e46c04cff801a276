import { createHmac, timingSafeEqual } from "node:crypto";
import type { WebhookRequest } from "@loong/sdk";

/** Older or newer than this is a request that somebody has kept. */
const MAX_SKEW_S = 300;

const SIGNATURE = /^[0-9a-f]{64}$/;

/**
 * Why this request is not Acme Chat's; `undefined` when it is. The signature is the HMAC-SHA256, in hex, of the
 * timestamp, a dot, and the body as it came: bytes are checked before they are parsed. A header that came twice is a
 * list, and proves nothing.
 */
export function signatureFault(
  { headers, body }: Pick<WebhookRequest, "headers" | "body">,
  secret: string,
  nowMs: number,
): string | undefined {
  const { "x-acme-timestamp": timestamp, "x-acme-signature": signature } = headers;
  if (typeof timestamp !== "string" || typeof signature !== "string" || !SIGNATURE.test(signature)) return "signature";
  const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest();
  if (!timingSafeEqual(Buffer.from(signature, "hex"), expected)) return "signature";
  return Math.abs(nowMs / 1_000 - Number(timestamp)) <= MAX_SKEW_S ? undefined : "timestamp";
}
