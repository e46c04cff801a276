import { describe, expect, test } from "vitest";
import { signingKey } from "../../test/npm-registry.ts";
import { checkSignatures, readKeys, readSignatures } from "./signature.ts";

const registry = signingKey();
const stranger = signingKey();
const horn = {
  name: "@acme/horn",
  version: "1.2.3",
  integrity: "sha512-AAAA",
  publishedAtMs: Date.parse("2026-06-01"),
};
const text = "@acme/horn@1.2.3:sha512-AAAA";
const keys = readKeys({ keys: [registry.published] });

function check(signatures: unknown, published = keys) {
  return checkSignatures({ ...horn, signatures: readSignatures(signatures) }, published);
}

test("the registry's own key over name, version and hash is a signature", () => {
  expect(check([registry.signature(text)])).toBe("verified");
  expect(check([stranger.signature(text), registry.signature(text)])).toBe("verified");
});

test.for(["@acme/horn@1.2.3:sha512-BBBB", "@acme/horn@1.2.4:sha512-AAAA", "@acme/drum@1.2.3:sha512-AAAA"])(
  "a signature of %s is wrong",
  (other) => {
    const wrong = expect.objectContaining({ code: "INSTALL_SIGNATURE_WRONG" });
    expect(() => check([registry.signature(other)])).toThrow(wrong);
    expect(() => check([registry.signature(text), registry.signature(other)])).toThrow(wrong);
    expect(() => check([{ ...registry.signature(text), sig: "bm9uc2Vuc2U=" }])).toThrow(wrong);
    expect(() => check([{ ...stranger.signature(text), keyid: registry.published.keyid }])).toThrow(wrong);
  },
);

test("a key is good for what was published before it expired", () => {
  const until = (expires: string) => readKeys({ keys: [{ ...registry.published, expires }] });
  expect(check([registry.signature(text)], until("2026-06-02T00:00:00Z"))).toBe("verified");
  expect(() => check([registry.signature(text)], until("2026-05-31T00:00:00Z"))).toThrow("expired");
});

describe("no more is said than was checked", () => {
  test("a key that the registry does not publish proves nothing", () => {
    expect(check([stranger.signature(text)])).toBe("unchecked");
    expect(check([registry.signature(text)], [])).toBe("unchecked");
  });

  test("a version without a signature is missed where others have one", () => {
    expect(check([])).toBe("missing");
    expect(check(undefined, [])).toBe("none");
  });

  test("what is no key or no signature counts as none", () => {
    const odd = [
      { ...registry.published, key: "bm9uc2Vuc2U=" },
      { ...registry.published, keytype: "rsa" },
      { keyid: 1 },
      null,
    ];
    expect(readKeys({ keys: odd })).toEqual([]);
    expect(readKeys("<html>")).toEqual([]);
    expect(readSignatures([{ keyid: "SHA256:x" }, "y", null])).toEqual([]);
  });
});
