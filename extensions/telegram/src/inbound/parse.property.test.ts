import type { Inbound, InboundEvent } from "@loong/sdk";
import fc from "fast-check";
import type { Update } from "grammy/types";
import { expect, test } from "vitest";
import type { TelegramApi } from "../api/client.ts";
import { createMigrations } from "../migrations.ts";
import { resolveMentions } from "./mentions.ts";
import { createReceiver } from "./receive.ts";

/** Every UTF-16 unit, halves of pairs included. */
const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

const bot = { id: 7, username: "loong_bot", name: "Loong", seesGroups: false };
const silent = () => {};
const log = { debug: silent, info: silent, warn: silent, error: silent };

function receiver() {
  const api: Pick<TelegramApi, "call"> = { call: () => Promise.reject(new Error("nobody is there")) };
  const migrations = createMigrations(silent);
  const closing = new AbortController().signal;
  const identity = { get: async () => bot };
  return createReceiver({ api: api as TelegramApi, identity, migrations, log, closing, now: Date.now });
}

/** What would be stored of these updates. */
async function stored(updates: readonly unknown[]): Promise<readonly InboundEvent[]> {
  const events: InboundEvent[] = [];
  const inbound: Pick<Inbound, "accept"> = {
    async accept(batch) {
      events.push(...batch);
      return batch.map(() => "stored");
    },
  };
  await receiver().receive(updates as readonly Update[], inbound as Inbound, "cursor");
  return events;
}

const message = {
  message_id: 1,
  from: { id: 5, is_bot: false, first_name: "Tina" },
  chat: { id: 5, type: "private" },
  date: 1_790_000_000,
  text: "@loong_bot hello",
  entities: [{ type: "mention", offset: 0, length: 10 }],
};
const good = { update_id: 9, message };
const press = { id: "1", from: message.from, message, data: "x" };

const anything = fc.oneof(fc.jsonValue(), fc.record({ toString: fc.jsonValue(), valueOf: fc.jsonValue() }));

test("an update of any shape is never in the way of the next one", async () => {
  const kinds = ["text", "caption", "photo", "document", "voice", "sticker", "poll", "contact", "venue", "location"];
  const field = fc.constantFrom(
    ...Object.keys(message),
    ...kinds,
    "reply_to_message",
    "sender_chat",
    "forum_topic_created",
  );
  await fc.assert(
    fc.asyncProperty(field, anything, fc.boolean(), async (key, value, isPress) => {
      const odd = { ...message, text: undefined, [key]: value };
      const update = isPress
        ? { update_id: 8, callback_query: { ...press, [key]: value } }
        : { update_id: 8, message: odd };
      const events = await stored([update, good]);
      expect(events.at(-1)?.eventId).toBe("7:9");
    }),
    { numRuns: 300 },
  );
});

test("taking mentions out leaves every other word, wherever the entities point", () => {
  const number = fc.oneof(fc.integer({ min: -50, max: 200 }), fc.double(), fc.constant(Number.MAX_SAFE_INTEGER));
  const entity = fc.record({
    type: fc.constantFrom("bold", "url", "mention", "bot_command"),
    offset: number,
    length: number,
  });
  fc.assert(
    fc.property(fc.string({ unit: anyUnit, maxLength: 100 }), fc.array(entity, { maxLength: 10 }), (text, entities) => {
      const { text: rest, isMentioned } = resolveMentions(text, entities, bot);
      expect(isMentioned || rest === text.trim()).toBe(true);
    }),
    { numRuns: 300 },
  );
});
