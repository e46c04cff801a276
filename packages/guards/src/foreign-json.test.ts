import { expect, test } from "vitest";
import { parseForeignJson } from "./foreign-json.ts";

const parse = (text: string) => parseForeignJson(Buffer.from(text));

test("takes an object, whatever is in its strings", () => {
  expect(parse('{"a":"[[[{{{\\"\\\\","b":[1,{"c":null}]}')).toEqual({ a: '[[[{{{"\\', b: [1, { c: null }] });
});

test.each([
  ["nothing", ""],
  ["white space", " \n"],
  ["null", "null"],
  ["a list", "[]"],
  ["a string", '"x"'],
  ["a number", "1"],
  ["truncated JSON", '{"a":'],
  ["trailing words", '{"a":1} x'],
  ["single quotes", "{'a':1}"],
  ["NaN", '{"a":NaN}'],
  ["an open string", '{"a":"'],
  ["33 levels", `{"a":${"[".repeat(32)}${"]".repeat(32)}}`],
  ["100,000 levels", `{"a":${"[".repeat(100_000)}`],
  ["10,001 tokens", `{"a":[${"1,".repeat(10_000)}1]}`],
  ["a key that reaches prototypes", '{"a":{"__proto__":{"x":1}}}'],
  ["the same, written with escapes", '{"\\u005f_proto__":1}'],
  ["a constructor", '{"constructor":{"prototype":{}}}'],
])("refuses %s", (_what, text) => {
  expect(parse(text)).toBeUndefined();
});

test("takes 32 levels and long texts", () => {
  expect(parse(`{"a":${"[".repeat(31)}${"]".repeat(31)}}`)).toBeDefined();
  expect(parse(`{"a":"${"x".repeat(100_000)}"}`)).toBeDefined();
});

test("refuses bytes that are no UTF-8", () => {
  expect(parseForeignJson(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBeUndefined();
});
