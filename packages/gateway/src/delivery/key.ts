import { createHmac } from "node:crypto";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** The idempotency key of one part: 32 characters (160 bits) that depend on the journal and the part, never on the attempt. */
export function idempotencyKey(instanceKey: Uint8Array, partId: string): string {
  const digest = createHmac("sha256", instanceKey).update(partId).digest();
  let key = "";
  let bits = 0;
  let value = 0;
  for (const byte of digest.subarray(0, 20)) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      key += ALPHABET[(value >> bits) & 31] ?? "";
    }
    value &= (1 << bits) - 1;
  }
  return key;
}
