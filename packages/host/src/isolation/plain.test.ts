import { expect, test } from "vitest";
import { parsePlain } from "./plain.ts";

test("the key of the prototype is left out at every depth", () => {
  const text = '{"a":[{"__proto__":{"isOwned":true},"b":1}],"\\u005f_proto__":{"isOwned":true}}';
  const value = parsePlain(text) as { readonly a: readonly object[] };
  expect(value).toEqual({ a: [{ b: 1 }] });
  expect(Object.assign({}, value, value.a[0])).not.toHaveProperty("isOwned");
});

test.each([
  ["{", "no JSON"],
  ["[".repeat(100) + "]".repeat(100), "more than 64 deep"],
])("%s is refused", (text, fault) => {
  expect(() => parsePlain(text)).toThrow(fault);
});
