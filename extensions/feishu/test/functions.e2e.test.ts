import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  probeLarkBot,
  replyMessageLark,
  sendImageLark,
  sendInteractiveCardLark,
  sendMessageLark,
  sendPostLark,
  uploadImageLark,
} from "@loong/feishu";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ChatHandle, UserHandle } from "@loong/feishu/emulator";
import { type Stage, appId, appSecret, setUp } from "./account.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let stage: Stage;
let ann: UserHandle;
let chat: ChatHandle;
beforeEach(async () => {
  stage = await setUp();
  ann = stage.emulator.user("Ann");
  chat = stage.emulator.directChat(ann, appId);
});
afterEach(() => stage.close());

const options = () => ({ baseUrl: stage.emulator.url, env: { LARK_APP_ID: appId, LARK_APP_SECRET: appSecret } });
const shown = () => stage.emulator.shows(chat).filter(({ from }) => from.kind === "app");

test("send words to a chat and to a person", async () => {
  const { messageId } = await sendMessageLark(chat.chatId, "Hello!", options());
  await sendMessageLark(ann.openId, "Hello **you**!", options());
  expect(shown()).toMatchObject([
    { messageId, msgType: "text", text: "Hello!" },
    { msgType: "text", text: "Hello **you**!" },
  ]);
});

test("answer a message", async () => {
  const said = stage.emulator.say(chat, ann, "?");
  await replyMessageLark(said.messageId, "!", options());
  expect(shown()).toMatchObject([{ text: "!", parentId: said.messageId }]);
});

test("send pictures from disk and those uploaded before", async () => {
  const path = join(stage.directory, "a.png");
  writeFileSync(path, PNG);
  const imageKey = await uploadImageLark(path, options());
  await sendImageLark(chat.chatId, { imageKey }, options());
  await sendImageLark(chat.chatId, { path }, options());
  expect(shown()).toMatchObject([{ msgType: "image", content: { image_key: imageKey } }, { msgType: "image" }]);
});

test("send cards and rich text as written", async () => {
  const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "**hi**" }] } };
  await sendInteractiveCardLark(chat.chatId, card, options());
  await sendPostLark(chat.chatId, { title: "T", content: [[{ tag: "text", text: "hi" }]] }, options());
  expect(shown()).toMatchObject([
    { msgType: "interactive", content: card },
    { msgType: "post", content: { zh_cn: { title: "T" } } },
  ]);
});

test("one key, one message", async () => {
  const keyed = { ...options(), idempotencyKey: "release-42" };
  const first = await sendMessageLark(chat.chatId, "out now", keyed);
  expect(await sendMessageLark(chat.chatId, "out now", keyed)).toEqual(first);
  expect(shown()).toHaveLength(1);
});

test("options count more than the environment, and nothing is taken from elsewhere", async () => {
  const wrong = { ...options(), appSecret: "wrong-secret-value" };
  expect((await probeLarkBot(wrong)).problems).toMatchObject([{ code: "FEISHU_CREDENTIALS_REJECTED" }]);
  expect(await probeLarkBot(options())).toMatchObject({ ok: true, identity: { name: "Loong" } });
  await expect(sendMessageLark(chat.chatId, "hi", { baseUrl: stage.emulator.url, env: {} })).rejects.toThrow(
    "App ID not configured",
  );
});
