import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readContent } from "./content.ts";
import { decrypt, decryptionKey } from "./decrypt.ts";
import { readMentions, resolveMentions } from "./mentions.ts";
import { parse, readEnvelope } from "./parse.ts";
import { isFresh, isSigned } from "./verify.ts";

/** Every UTF-16 unit, halves of pairs included. */
const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

const facts = { botOpenId: "ou_bot", nowMs: 1_790_000_000_000, isOwnMessage: () => false };
const anything = fc.oneof(fc.jsonValue(), fc.record({ toString: fc.jsonValue(), valueOf: fc.jsonValue() }));

const message = {
  message_id: "om_1",
  create_time: "1790000000000",
  chat_id: "oc_1",
  chat_type: "group",
  message_type: "text",
  content: JSON.stringify({ text: "@_user_1 hello" }),
  mentions: [{ key: "@_user_1", id: { open_id: "ou_bot" }, name: "Loong" }],
};
const header = { event_id: "e", event_type: "im.message.receive_v1", app_id: "cli_1", token: "t" };
const event = { sender: { sender_id: { open_id: "ou_1" }, sender_type: "user" }, message };

test("an event of any shape is read or ignored, never thrown back", () => {
  const types = ["im.message.receive_v1", "message", "card.action.trigger", "x"];
  const parts = ["header", "event", "sender", "message", "action", "operator", "context", ...Object.keys(message)];
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.constantFrom(...parts), anything, (type, key, value) => {
      const body = {
        header: { ...header, event_type: type, [key]: value },
        event: { ...event, action: { value: 1 }, [key]: value, message: { ...message, [key]: value } },
        [key]: value,
      };
      expect(parse(readEnvelope(body), facts).kind).toBeTypeOf("string");
    }),
    { numRuns: 300 },
  );
});

test("the content of any kind of message is text", () => {
  const kinds = [
    "text",
    "post",
    "image",
    "file",
    "audio",
    "media",
    "interactive",
    "system",
    "todo",
    "vote",
    "location",
    "__proto__",
  ];
  const keys = ["content", "elements", "title", "summary", "options", "duration", "file_key", "image_key", "template"];
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.dictionary(fc.constantFrom(...keys), anything), (kind, content) => {
      expect(readContent(kind, content).text).toBeTypeOf("string");
    }),
    { numRuns: 300 },
  );
});

test("text without mentions stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyUnit }), anything, (text, mentions) => {
      fc.pre(!text.includes("@_"));
      expect(resolveMentions(text, readMentions(mentions, "ou_bot"))).toBe(text.trim());
    }),
  );
});

test("no other bytes have the signature of a body", () => {
  const signature = (body: Uint8Array) => createHash("sha256").update("1nkey").update(body).digest("hex");
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (body, at, flip) => {
      const other = body.map((byte, index) => (index === at % body.length ? byte ^ flip : byte));
      const headers = { timestamp: "1", nonce: "n", signature: signature(body) };
      expect([isSigned(headers, "key", body), isSigned(headers, "key", other)]).toEqual([true, false]);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: anyUnit }), (given) => {
      const headers = { timestamp: given, nonce: given, signature: given };
      expect([isSigned(headers, "key", new Uint8Array()), isFresh(headers, Number.NaN)]).toEqual([false, false]);
    }),
  );
});

test("what was not encrypted with the key is nothing, whatever it is", () => {
  const key = decryptionKey("key");
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: anyUnit }), fc.base64String({ maxLength: 400 })), (text) => {
      expect(decrypt(text, key)?.length ?? -1).toBeLessThan(text.length);
    }),
    { numRuns: 300 },
  );
});
