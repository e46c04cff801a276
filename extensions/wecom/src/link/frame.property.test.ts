import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "../inbound/parse.ts";
import { decodeFrame, encodeFrame } from "./frame.ts";

const facts = { botName: "Loong", nowMs: 1_790_000_000_000 };

/** Values that JSON can hold, among them objects that refuse to become text or a number. */
const anything = fc.oneof(
  fc.jsonValue(),
  fc.record({ toString: fc.jsonValue(), valueOf: fc.jsonValue() }),
  fc.constant({ msgtype: "mixed", mixed: { msg_item: [{ msgtype: "mixed" }] } }),
);

const message = {
  msgid: "m",
  aibotid: "a",
  chattype: "group",
  chatid: "c",
  from: { userid: "u" },
  create_time: 1,
  msgtype: "text",
  text: { content: "@Loong hello" },
  quote: { msgtype: "text", text: { content: "q" } },
};
const click = {
  ...message,
  event: {
    eventtype: "template_card_event",
    template_card_event: { event_key: "k", task_id: "t", selected_items: { selected_item: [{ question_key: "q" }] } },
  },
};
const feedback = { ...message, event: { eventtype: "feedback_event", feedback_event: { id: "i", type: 1 } } };

const body = fc.constantFrom<object>(message, click, feedback);
const cmd = fc.constantFrom("aibot_msg_callback", "aibot_event_callback");

test("a frame comes back as it was written", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (command, reqId) => {
      expect(decodeFrame(encodeFrame(command, reqId, {}))).toEqual({ kind: "push", cmd: command, reqId, body: {} });
    }),
  );
});

test("whatever stands in one field, nothing is thrown", () => {
  const field = fc.constantFrom(...Object.keys(message), "event", "mixed", "errcode");
  fc.assert(
    fc.property(cmd, body, field, anything, (command, whole, key, value) => {
      const changed = { cmd: command, headers: { req_id: "r" }, errcode: value, body: { ...whole, [key]: value } };
      const frame = decodeFrame(JSON.stringify(changed));
      expect(frame?.kind === "push" ? parse(frame, facts).kind : "no push").toBeTypeOf("string");
      decodeFrame(JSON.stringify({ headers: { req_id: "r" }, errcode: value, errmsg: value, body: value }));
    }),
    { numRuns: 300 },
  );
});

test("whatever is cut, flipped or put in, nothing is thrown", () => {
  const edit = fc.record({ at: fc.nat(), cut: fc.nat(8), put: fc.string({ maxLength: 4 }) });
  fc.assert(
    fc.property(cmd, body, fc.array(edit, { minLength: 1, maxLength: 4 }), (command, whole, edits) => {
      let text = JSON.stringify({ cmd: command, headers: { req_id: "r" }, body: whole });
      for (const { at, cut, put } of edits) {
        const start = at % (text.length + 1);
        text = text.slice(0, start) + put + text.slice(start + cut);
      }
      const frame = decodeFrame(text);
      expect(frame?.kind === "push" ? parse(frame, facts).kind : "no push").toBeTypeOf("string");
    }),
    { numRuns: 300 },
  );
});

test.each(['"', "[", '{"a":', "\\", "\u0001", "a", '\\"'])("100,000 times %j take no time", (text) => {
  const before = process.threadCpuUsage();
  expect(decodeFrame(text.repeat(100_000))).toBeUndefined();
  expect(decodeFrame(`{"cmd":"${text.repeat(100_000)}`)).toBeUndefined();
  expect(process.threadCpuUsage(before).user).toBeLessThan(5_000_000);
});
