import type { MessageEntity } from "grammy/types";
import { expect, test } from "vitest";
import { resolveMentions } from "./mentions.ts";

const bot = { id: 42, username: "loong_bot", name: "Loong", seesGroups: false };

function entity(text: string, words: string, rest: object): MessageEntity {
  return { offset: text.indexOf(words), length: words.length, ...rest } as MessageEntity;
}

test.each([
  ["@loong_bot hello", "@loong_bot", { type: "mention" }, "hello", true],
  ["🙂 hey @Loong_Bot what?", "@Loong_Bot", { type: "mention" }, "🙂 hey what?", true],
  ["ask @ann instead", "@ann", { type: "mention" }, "ask @ann instead", false],
  ["@loong_bot2 hello", "@loong_bot2", { type: "mention" }, "@loong_bot2 hello", false],
  ["Loong hello", "Loong", { type: "text_mention", user: { id: 42 } }, "hello", true],
  ["Ann Lee hello", "Ann Lee", { type: "text_mention", user: { id: 7 } }, "@Ann Lee hello", false],
  ["/new@loong_bot now", "/new@loong_bot", { type: "bot_command" }, "/new now", true],
  ["/new@other_bot now", "/new@other_bot", { type: "bot_command" }, "/new@other_bot now", false],
  ["/new now", "/new", { type: "bot_command" }, "/new now", false],
  ["@loong_bot", "@loong_bot", { type: "mention" }, "", true],
])("%j", (text, words, kind, expected, isMentioned) => {
  expect(resolveMentions(text, [entity(text, words, kind)], bot)).toEqual({ text: expected, isMentioned });
});

test("words that only look like a mention are none", () => {
  expect(resolveMentions("see @loong_bot", [], bot)).toEqual({ text: "see @loong_bot", isMentioned: false });
});

test("several at once", () => {
  const text = "@loong_bot tell Ann and @loong_bot";
  const entities = [
    { type: "mention", offset: 0, length: 10 },
    { type: "text_mention", offset: 16, length: 3, user: { id: 7, is_bot: false, first_name: "Ann" } },
    { type: "mention", offset: 24, length: 10 },
  ] as const;
  expect(resolveMentions(text, entities, bot)).toEqual({ text: "tell @Ann and", isMentioned: true });
});
