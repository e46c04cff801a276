import { expect, test } from "vitest";
import { brokenConditions } from "./conditions.ts";

const byMode = {
  if: { properties: { mode: { const: "webhook" } }, required: ["mode"] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ["secret"], properties: { url: { pattern: "^https:" } } },
  else: { required: ["token"] },
};
const missing = (key: string) => ({ kind: "missing", key });

test.each([
  [byMode, { mode: "webhook", secret: "s" }, []],
  [byMode, { mode: "webhook" }, [missing("secret")]],
  [byMode, {}, [missing("token")]],
  [{ allOf: [byMode, { dependentRequired: { a: ["b", "c"] } }] }, { token: "t", a: 1, b: 1 }, [missing("c")]],
  [{ anyOf: [{ required: ["a"] }, { required: ["b", "c"] }] }, { b: 1, c: 1 }, []],
  [{ anyOf: [{ required: ["a"] }, { required: ["b"] }] }, { a: 1, b: 1 }, []],
  [
    { anyOf: [{ required: ["a"] }, { required: ["b", "c"] }] },
    { b: 1 },
    [{ kind: "alternatives", fits: "none", keys: [["a"], ["b", "c"]] }],
  ],
  [
    { oneOf: [{ required: ["a"] }, { required: ["b"] }] },
    { a: 1, b: 1 },
    [{ kind: "alternatives", fits: "several", keys: [["a"], ["b"]] }],
  ],
  [{ oneOf: [{ properties: { a: {} }, required: ["a"], additionalProperties: false }] }, { a: 1, other: 1 }, []],
  [{ required: ["a"], properties: { b: { type: "string" } } }, { b: 1 }, []],
])("%j with %j breaks %j", (schema, values, broken) => {
  expect(brokenConditions(schema, values)).toEqual(broken);
});

test("a value that a condition forbids is told with what was wanted", () => {
  expect(brokenConditions(byMode, { mode: "webhook", secret: "s", url: "http://x" })).toMatchObject([
    { kind: "wrong", wrong: { path: ["url"], value: "http://x", schema: { pattern: "^https:" } } },
  ]);
});
