import { describe, expect, test } from "vitest";
import vectors from "../../test/fixtures/webhook/vectors.json" with { type: "json" };
import { isFresh, isSame, isSigned, signatureHeaders } from "./verify.ts";

const { timestamp, nonce, signature, body } = vectors.signed;
const KEY = vectors.encryptKey;
const BODY = Buffer.from(body);
const SIGNED = { timestamp, nonce, signature };
const headers = (given: Record<string, string | string[]> = {}) => ({
  "x-lark-request-timestamp": SIGNED.timestamp,
  "x-lark-request-nonce": SIGNED.nonce,
  "x-lark-signature": SIGNED.signature,
  ...given,
});

describe("signatureHeaders", () => {
  test("reads the three headers", () => {
    expect(signatureHeaders(headers())).toEqual(SIGNED);
  });

  test.each(["x-lark-request-timestamp", "x-lark-request-nonce", "x-lark-signature"])(
    "is nothing without %s",
    (name) => {
      const { [name]: _left, ...rest } = headers() as Record<string, string>;
      expect(signatureHeaders(rest)).toBeUndefined();
      expect(signatureHeaders({ ...rest, [name]: "" })).toBeUndefined();
    },
  );

  test("is nothing when a header came twice", () => {
    expect(signatureHeaders(headers({ "x-lark-signature": [SIGNED.signature, SIGNED.signature] }))).toBeUndefined();
  });
});

describe("isSigned", () => {
  test("accepts the platform's signature over the bytes as they came", () => {
    expect(isSigned(SIGNED, KEY, BODY)).toBe(true);
  });

  test("refuses the same JSON written with other spaces", () => {
    expect(isSigned(SIGNED, KEY, Buffer.from(JSON.stringify(JSON.parse(body), null, 1)))).toBe(false);
  });

  test("refuses another key", () => {
    expect(isSigned(SIGNED, `${KEY}x`, BODY)).toBe(false);
  });

  test.each([
    ["of the same length", "0".repeat(64)],
    ["shorter", "0"],
    ["longer", "0".repeat(65)],
    ["not hexadecimal", "é".repeat(64)],
  ])("refuses a signature that is %s", (_what, signature) => {
    expect(isSigned({ ...SIGNED, signature }, KEY, BODY)).toBe(false);
  });
});

test.each([
  [299, true],
  [300, true],
  [301, false],
  [-299, true],
  [-301, false],
])("a request signed %s s ago is fresh: %s", (ageS, fresh) => {
  const nowMs = 1_719_999_999_000;
  expect(isFresh({ ...SIGNED, timestamp: String(1_719_999_999 - ageS) }, nowMs)).toBe(fresh);
});

test.each(["", "abc", "1719999999000", "-1", "1e9", " 1719999999"])('"%s" is no fresh time', (timestamp) => {
  expect(isFresh({ ...SIGNED, timestamp }, 1_719_999_999_000)).toBe(false);
});

test("compares whole texts", () => {
  expect(isSame("token", "token")).toBe(true);
  expect(isSame("token", "toke")).toBe(false);
  expect(isSame("token", "")).toBe(false);
});
