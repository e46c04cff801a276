import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { isPong, pongFor, signatureProblem, signedHeaders } from "./signature.ts";

const secret = "a-secret-of-some-length";
const nowMs = 1_790_000_000_500;
const body = Buffer.from('{"text":"你好"}');
const right = signedHeaders(secret, body, nowMs);

function problem(headers: Readonly<Record<string, string | readonly string[] | undefined>>, bytes: Uint8Array = body) {
  return signatureProblem([secret, "the-secret-before-this-one"], { headers, body: bytes }, nowMs);
}

test("the signature is the HMAC of timestamp, full stop and raw body", () => {
  const hex = createHmac("sha256", secret).update('1790000000.{"text":"你好"}').digest("hex");
  expect(right).toEqual({ "loong-timestamp": "1790000000", "loong-signature": `v1=${hex}` });
  expect(problem(right)).toBeUndefined();
});

test("while a secret changes, the one before it counts as well", () => {
  expect(problem(signedHeaders("the-secret-before-this-one", body, nowMs))).toBeUndefined();
  expect(problem(signedHeaders("the-secret-before-that-one", body, nowMs))).toBe("signature");
});

test("bytes are signed, not text: what is no UTF-8 stays what it was", () => {
  const bytes = Uint8Array.of(0xff, 0xfe, 0x00);
  expect(problem(signedHeaders(secret, bytes, nowMs), bytes)).toBeUndefined();
  expect(problem(signedHeaders(secret, bytes, nowMs), Uint8Array.of(0xff, 0xfd, 0x00))).toBe("signature");
});

test.each([
  [-300, undefined],
  [-301, "timestamp"],
  [300, undefined],
  [301, "timestamp"],
])("a request signed %d seconds from now: %s", (offsetS, expected) => {
  expect(problem(signedHeaders(secret, body, nowMs + offsetS * 1000))).toBe(expected);
});

test.each<[string, Readonly<Record<string, string | readonly string[] | undefined>>]>([
  ["no timestamp", { "loong-signature": right["loong-signature"] }],
  ["no signature", { "loong-timestamp": right["loong-timestamp"] }],
  ["two signatures", { ...right, "loong-signature": [String(right["loong-signature"]), "v1=00"] }],
  ["upper-case hex", { ...right, "loong-signature": `v1=${"A".repeat(64)}` }],
  ["a negative timestamp", { ...right, "loong-timestamp": "-1790000000" }],
  ["a timestamp with spaces", { ...right, "loong-timestamp": " 1790000000" }],
])("%s is no signature", (_, headers) => {
  expect(problem(headers)).toBe("headers");
});

test("a signature by another secret is told before the time is looked at", () => {
  expect(problem(signedHeaders("another-secret-of-length", body, nowMs - 900_000))).toBe("signature");
});

test("a pong belongs to one challenge and one secret", () => {
  const pong = pongFor(secret, "abc");
  expect(isPong(secret, "abc", pong)).toBe(true);
  expect(isPong(secret, "abd", pong)).toBe(false);
  expect(isPong("another-secret-of-length", "abc", pong)).toBe(false);
  expect(isPong(secret, "abc", pong.slice(1))).toBe(false);
  expect(isPong(secret, "abc", "")).toBe(false);
});
