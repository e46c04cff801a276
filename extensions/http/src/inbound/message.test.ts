import { expect, test } from "vitest";
import { parseBody } from "./message.ts";

const signedAtMs = 1_790_000_000_000;
const plain = {
  id: "m1",
  conversation: { id: "room-7", type: "direct" },
  sender: { id: "user-7", name: "Ann" },
  text: "hello",
};

const parse = (value: unknown) => parseBody(Buffer.from(JSON.stringify(value)), signedAtMs);

test("the least that is a message", () => {
  expect(parse(plain)).toEqual({
    event: {
      eventId: "m1",
      messageId: "m1",
      kind: "message",
      conversation: { id: "room-7", type: "direct" },
      sender: { id: "user-7", name: "Ann" },
      text: "hello",
      addressed: true,
      sentAtMs: signedAtMs,
    },
  });
});

test("everything a message can have", () => {
  const full = {
    ...plain,
    conversation: { id: "g", type: "group", title: "Ops", threadId: "t" },
    sender: { id: "b", isBot: true, isSelf: true },
    addressed: true,
    inReplyTo: "k1",
    sentAtMs: signedAtMs - 5,
  };
  expect(parse(full)).toMatchObject({
    event: {
      conversation: full.conversation,
      sender: full.sender,
      addressed: true,
      inReplyTo: "k1",
      sentAtMs: full.sentAtMs,
    },
  });
});

test.each([
  ["direct", undefined, true],
  ["direct", false, true],
  ["group", undefined, false],
  ["group", false, false],
  ["group", true, true],
])("in a %s conversation, addressed %s means %s", (type, addressed, expected) => {
  const message = { ...plain, conversation: { id: "c", type }, ...(addressed === undefined ? {} : { addressed }) };
  expect(parse(message)).toMatchObject({ event: { addressed: expected } });
});

test.each<[string, unknown, RegExp]>([
  ["a list", [], /body/],
  ["nothing", null, /body/],
  ["no id", { ...plain, id: undefined }, /id/],
  ["an empty id", { ...plain, id: "" }, /^id /],
  ["a long id", { ...plain, id: "x".repeat(129) }, /^id /],
  ["a newline in an id", { ...plain, sender: { id: "a\nb" } }, /^sender\.id /],
  ["a number as id", { ...plain, sender: { id: 7 } }, /^sender\.id /],
  ["a conversation without type", { ...plain, conversation: { id: "c" } }, /conversation .*type/],
  ["a type nobody knows", { ...plain, conversation: { id: "c", type: "channel" } }, /^conversation\.type /],
  ["a typing error", { ...plain, adressed: true }, /adressed/],
  ["an own property named __proto__", JSON.parse('{"__proto__":{"addressed":true}}'), /body/],
  ["no words", { ...plain, text: "" }, /^text /],
  ["seconds for milliseconds", { ...plain, sentAtMs: 1_790_000_000 }, /^sentAtMs /],
])("%s is refused, and the answer says why", (_, value, words) => {
  const parsed = parse(value);
  expect(parsed).toHaveProperty("problem", expect.stringMatching(words));
});

test.each([
  ["no JSON", Buffer.from("{")],
  ["an empty body", Buffer.from("")],
  ["no UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ["deeply nested", Buffer.from(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)],
])("%s is a problem, not an exception", (_, body) => {
  expect(parseBody(body, signedAtMs)).toHaveProperty("problem");
});

test.each(["message", "preview", "discard", "typing", "ping"])("a callback of type %s is the gateway's own", (type) => {
  expect(parse({ ...plain, type })).toEqual({ reflected: true });
});
