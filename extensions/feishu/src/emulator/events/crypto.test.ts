import { AESCipher } from "@larksuiteoapi/node-sdk";
import { describe, expect, test } from "vitest";
import vectors from "../../../test/fixtures/emulator/crypto.json" with { type: "json" };
import { customBotSign, encryptEvent, eventSignature } from "./crypto.ts";

const iv = Buffer.from(vectors.ivHex, "hex");

describe("encryption", () => {
  test("makes the published vector", () => {
    const { key, plain, encrypted } = vectors.official;
    expect(encryptEvent(key, plain, Buffer.from(encrypted, "base64").subarray(0, 16))).toBe(encrypted);
  });

  test.each([
    [vectors.challenge.plain, vectors.challenge.encrypted],
    [vectors.message.plain, (JSON.parse(vectors.message.body) as { encrypt: string }).encrypt],
  ])("makes the vector of %.20s…", (plain, encrypted) => {
    expect(encryptEvent(vectors.encryptKey, plain, iv)).toBe(encrypted);
  });

  test("the official client reads it, with a fresh IV each time", () => {
    const [first, second] = [encryptEvent("a key", "你好"), encryptEvent("a key", "你好")];
    expect(first).not.toBe(second);
    expect(new AESCipher("a key").decrypt(first)).toBe("你好");
  });
});

describe("signatures", () => {
  test("of an event", () => {
    const { timestamp, nonce, body, signature } = vectors.message;
    expect(eventSignature(timestamp, nonce, vectors.encryptKey, body)).toBe(signature);
  });

  test.each(vectors.customBot)("of a custom bot with secret $secret", ({ timestamp, secret, sign }) => {
    expect(customBotSign(timestamp, secret)).toBe(sign);
  });
});
