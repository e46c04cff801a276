import { createHmac, timingSafeEqual } from "node:crypto";

/** How far the clocks of the two sides may be apart. */
const CLOCK_TOLERANCE_S = 300;

const SIGNATURE = /^v1=([0-9a-f]{64})$/;
const TIMESTAMP = /^[1-9][0-9]{0,11}$/;

type HeaderValue = string | readonly string[] | undefined;

/** Why a request is not believed. */
export type SignatureProblem = "headers" | "signature" | "timestamp";

/**
 * The headers that show who sent `body`.
 *
 * @param nowMs - Milliseconds since 1970; the header carries whole seconds.
 */
export function signedHeaders(secret: string, body: Uint8Array, nowMs: number): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  return { "loong-timestamp": timestamp, "loong-signature": `v1=${hmac(secret, timestamp, body).toString("hex")}` };
}

/**
 * Checks that somebody who knows one of `secrets` sent exactly these bytes within the last 300 seconds. The signature comes
 * first, so that only those who know a secret learn about clocks.
 *
 * @returns what is wrong, or `undefined` when nothing is.
 */
export function signatureProblem(
  secrets: readonly string[],
  request: { readonly headers: Readonly<Record<string, HeaderValue>>; readonly body: Uint8Array },
  nowMs: number,
): SignatureProblem | undefined {
  const timestamp = request.headers["loong-timestamp"];
  const signature = request.headers["loong-signature"];
  if (typeof timestamp !== "string" || typeof signature !== "string") return "headers";
  const [, hex] = SIGNATURE.exec(signature) ?? [];
  if (hex === undefined || !TIMESTAMP.test(timestamp)) return "headers";
  const given = Buffer.from(hex, "hex");
  if (!secrets.some((secret) => timingSafeEqual(given, hmac(secret, timestamp, request.body)))) return "signature";
  return Math.abs(Math.floor(nowMs / 1000) - Number(timestamp)) > CLOCK_TOLERANCE_S ? "timestamp" : undefined;
}

/** What an application answers to a ping: proof that it knows the secret. `pong` is no timestamp, so no request is signed by it. */
export function pongFor(secret: string, challenge: string): string {
  return hmac(secret, "pong", Buffer.from(challenge)).toString("hex");
}

/** Compares in constant time; the length of a pong is known to everybody. */
export function isPong(secret: string, challenge: string, pong: string): boolean {
  const expected = Buffer.from(pongFor(secret, challenge));
  const given = Buffer.from(pong);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function hmac(secret: string, prefix: string, body: Uint8Array): Buffer {
  return createHmac("sha256", secret).update(`${prefix}.`).update(body).digest();
}
