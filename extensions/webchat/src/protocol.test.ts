import fc from "fast-check";
import { expect, test } from "vitest";
import { parseClientFrame } from "./protocol.ts";

test("takes what a page says", () => {
  expect(parseClientFrame('{"type":"say","id":"abcd1234","text":"hi"}')).toEqual({
    type: "say",
    id: "abcd1234",
    text: "hi",
  });
  expect(parseClientFrame('{"type":"seen","ids":["bot.1"]}')).toEqual({ type: "seen", ids: ["bot.1"] });
});

test("half characters and zero bytes are mended", () => {
  const frame = parseClientFrame('{"type":"say","id":"abcd1234","text":"a\\u0000b\\ud800"}');
  expect(frame).toMatchObject({ text: "ab\ufffd" });
});

test.each([
  "",
  "null",
  "[]",
  "1",
  '{"type":"welcome"}',
  '{"type":"say"}',
  '{"type":"say","id":"short","text":"x"}',
  '{"type":"say","id":"abcd1234","text":1}',
  '{"type":"say","id":"abcd.1234","text":"x"}',
  '{"type":"seen","ids":[1]}',
  '{"type":"seen","ids":"bot.1"}',
  `{"type":"seen","ids":[${"0,".repeat(500)}0]}`,
  '{"type":"seen","ids":[],"__proto__":{}}',
])("%j is no frame", (text) => {
  expect(parseClientFrame(text)).toBeUndefined();
});

test("nothing that comes makes it throw", () => {
  const value = fc.oneof(fc.string(), fc.json());
  const parsed = fc.property(value, (text) => {
    expect(["say", "seen", undefined]).toContain(parseClientFrame(text)?.type);
  });
  fc.assert(parsed);
});
