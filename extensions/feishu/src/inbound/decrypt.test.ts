import { expect, test } from "vitest";
import vectors from "../../test/fixtures/webhook/vectors.json" with { type: "json" };
import { decrypt, decryptionKey } from "./decrypt.ts";

const { official, signed, challenge, encryptKey } = vectors;
const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString());
const encrypted = (body: string) => (JSON.parse(body) as { encrypt: string }).encrypt;

test("opens the example of the platform's documentation", () => {
  expect(text(decrypt(official.encrypted, decryptionKey(official.encryptKey)))).toBe(official.plaintext);
});

test("opens a message event and a check of the address", () => {
  expect(text(decrypt(encrypted(signed.body), decryptionKey(encryptKey)))).toBe(signed.plaintext);
  expect(text(decrypt(encrypted(challenge.body), decryptionKey(encryptKey)))).toBe(challenge.plaintext);
});

test.each([
  ["no base64", "*"],
  ["base64 of another alphabet", official.encrypted.replace("+", "-")],
  ["nothing", ""],
  ["an IV alone", Buffer.alloc(16).toString("base64")],
  ["half a block", Buffer.alloc(40).toString("base64")],
  ["wrong padding", Buffer.alloc(48, 7).toString("base64")],
])("gives nothing for %s", (_what, bytes) => {
  expect(decrypt(bytes, decryptionKey(encryptKey))).toBeUndefined();
});

test("gives nothing, or other bytes, for another key", () => {
  expect(text(decrypt(encrypted(signed.body), decryptionKey("another key")))).not.toBe(signed.plaintext);
});
