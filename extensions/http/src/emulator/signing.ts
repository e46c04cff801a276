import { createHmac } from "node:crypto";

/** The application's own signing, written from the README and not from the channel, so that the two check each other. */
export function sign(secret: string, timestamp: string, body: string | Buffer): string {
  return `v1=${createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex")}`;
}

export function signed(secret: string, body: string, nowMs: number): Record<string, string> {
  const timestamp = Math.floor(nowMs / 1000).toString();
  return {
    "content-type": "application/json",
    "loong-timestamp": timestamp,
    "loong-signature": sign(secret, timestamp, body),
  };
}

interface SignedRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** A stand-in on this machine: nobody measures how long it compares. */
export function isSigned(secret: string, { headers, body }: SignedRequest, nowMs: number): boolean {
  const timestamp = headers["loong-timestamp"];
  if (typeof timestamp !== "string" || Math.abs(nowMs / 1000 - Number(timestamp)) > 300) return false;
  return headers["loong-signature"] === sign(secret, timestamp, body);
}

export function pong(secret: string, challenge: string): string {
  return createHmac("sha256", secret).update(`pong.${challenge}`).digest("hex");
}
