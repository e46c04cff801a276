import { expect, test } from "vitest";
import { decodeFrame, encodeFrame } from "./frame.ts";

test("writes a command with its req_id, and no body where it has none", () => {
  expect(JSON.parse(encodeFrame("ping", "r1"))).toEqual({ cmd: "ping", headers: { req_id: "r1" } });
  expect(JSON.parse(encodeFrame("x", "r1", { a: 1, b: undefined }))).toEqual({
    cmd: "x",
    headers: { req_id: "r1" },
    body: { a: 1 },
  });
});

test("tells what happened from what is answered", () => {
  expect(decodeFrame('{"cmd":"aibot_msg_callback","headers":{"req_id":"r1"},"body":{"msgid":"m"}}')).toEqual({
    kind: "push",
    cmd: "aibot_msg_callback",
    reqId: "r1",
    body: { msgid: "m" },
  });
  expect(decodeFrame('{"headers":{"req_id":"r1"},"errcode":93006,"errmsg":"invalid\\n chatid"}')).toEqual({
    kind: "answer",
    reqId: "r1",
    code: 93006,
    detail: "invalid chatid",
    body: {},
  });
});

test("takes a number that comes as text", () => {
  expect(decodeFrame('{"headers":{"req_id":"r1"},"errcode":"-1"}')).toMatchObject({ code: -1 });
});

test("takes control characters inside strings as what was typed", () => {
  const frame = '{"cmd":"c",\n"headers":{"req_id":"r"},"body":{"t":"a\nb\tc\u0007 \\" \\n d"}}';
  expect(decodeFrame(frame)).toMatchObject({ body: { t: 'a\nb\tc\u0007 " \n d' } });
});

test.each([
  ["nothing", ""],
  ["half a JSON", '{"cmd":"c"'],
  ["a list", "[]"],
  ["null", "null"],
  ["a text", '"x"'],
  ["an answer to nothing", '{"errcode":0}'],
  ["neither command nor number", '{"headers":{"req_id":"r"}}'],
  ["a number that is none", '{"headers":{"req_id":"r"},"errcode":"many"}'],
])("%s is no frame", (_what, text) => {
  expect(decodeFrame(text)).toBeUndefined();
});

test("a long text with a line end is no trouble", () => {
  const words = `${"x".repeat(1_000_000)}\n${"\\n".repeat(100_000)}`;
  expect(decodeFrame(`{"cmd":"c","body":{"t":"${words}"}}`)).toMatchObject({ cmd: "c" });
});
