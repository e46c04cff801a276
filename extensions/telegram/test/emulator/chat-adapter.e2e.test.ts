import { createTelegramAdapter } from "@chat-adapter/telegram";
import { Actions, Button, Card, Chat, emoji, type Adapter } from "chat";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  DEFAULT_BOT,
  startTelegramEmulator,
  type ApiLevel,
  type ChatHandle,
  type TelegramEmulator,
} from "@loong/telegram/emulator";
import { until } from "./bot-client.ts";
import { memoryState } from "./memory-state.ts";

const BOT = DEFAULT_BOT.username;
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

let emulator: TelegramEmulator;
let direct: ChatHandle;
let ops: ChatHandle;
let chat: Chat;

beforeEach(() => open("10.3"));
afterEach(close);

async function open(apiLevel: ApiLevel): Promise<void> {
  emulator = await startTelegramEmulator({ apiLevel });
  direct = emulator.directChat("Ada", BOT);
  ops = emulator.group("Ops", ["Ada"], [BOT]);
  const telegram = createTelegramAdapter({
    botToken: DEFAULT_BOT.token,
    apiBaseUrl: emulator.url,
    mode: "polling",
    longPolling: { timeout: 20, retryDelayMs: 10 },
    nativeStreaming: true,
    logger: silent,
  });
  chat = new Chat({ userName: BOT, adapters: { telegram: telegram as Adapter }, state: memoryState(), logger: silent });
}
async function close(): Promise<void> {
  await chat.shutdown();
  await emulator.close();
}

const fromBot = ({ from }: { readonly from: { readonly kind: string } }): boolean => from.kind === "bot";

test("the Chat SDK hears and answers, in private and where it is mentioned", async () => {
  chat.onDirectMessage(async (thread, message) => void (await thread.post(`private: ${message.text}`)));
  chat.onNewMention(async (thread, message) => void (await thread.post(`public: ${message.text}`)));
  await chat.initialize();
  emulator.say(direct, "Ada", "hello");
  expect((await emulator.waitFor(direct, fromBot)).text).toBe("private: hello");
  emulator.say(ops, "Ada", "hello", { mentions: [BOT] });
  expect((await emulator.waitFor(ops, fromBot)).text).toContain("hello");
});

test("its rich messages arrive, and old servers get plain ones", async () => {
  chat.onDirectMessage(async (thread) => void (await thread.post({ markdown: "**bold** and 1.5" })));
  await chat.initialize();
  emulator.say(direct, "Ada", "hello");
  expect(await emulator.waitFor(direct, fromBot)).toMatchObject({ type: "rich_message", text: "**bold** and 1.5" });

  await close();
  await open("10.0");
  chat.onDirectMessage(async (thread) => void (await thread.post({ markdown: "**bold** and 1.5" })));
  await chat.initialize();
  emulator.say(direct, "Ada", "hello");
  expect(await emulator.waitFor(direct, fromBot)).toMatchObject({
    type: "text",
    text: "bold and 1.5",
    entities: [{ type: "bold", offset: 0, length: 4 }],
  });
});

test("its cards have buttons that can be pressed, and reactions come back", async () => {
  const seen: string[] = [];
  chat.onDirectMessage(async (thread, message) => {
    await thread.adapter.addReaction(thread.id, message.id, emoji.eyes);
    await thread.post(
      Card({ title: "Choose", children: [Actions([Button({ id: "yes", label: "Yes", value: "1" })])] }),
    );
  });
  chat.onAction("yes", async (event) => {
    seen.push(event.value ?? "");
    await event.thread?.post("chosen");
  });
  await chat.initialize();
  emulator.say(direct, "Ada", "hello");
  const card = await emulator.waitFor(direct, fromBot);
  expect(emulator.shows(direct)[0]?.reactions).toEqual([{ emoji: "👀", byId: 123456 }]);
  const pressed = await emulator.press("Ada", direct, card.messageId, card.buttons[0]?.[0]?.callbackData ?? "");
  expect(pressed.answered).toBe(true);
  await emulator.waitFor(direct, ({ text }) => text === "chosen");
  expect(seen).toEqual(["1"]);
});

test("its streams show drafts before the message", async () => {
  chat.onDirectMessage(async (thread) => {
    async function* words(): AsyncGenerator<string> {
      for (const word of ["One ", "two ", "three."]) {
        yield word;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
    await thread.post(words());
  });
  await chat.initialize();
  emulator.say(direct, "Ada", "hello");
  const { text } = await emulator.waitFor(
    direct,
    ({ from, text: shown }) => from.kind === "bot" && shown.includes("three"),
  );
  expect(text).toBe("One two three.");
  expect(emulator.drafts(direct).flatMap(({ history }) => history).length).toBeGreaterThan(0);
  expect(emulator.shows(direct)).toHaveLength(2);
  expect(emulator.draft(direct)).toBeUndefined();
});

test("it fetches the files people send", async () => {
  const sizes: number[] = [];
  chat.onDirectMessage(async (_thread, message) => {
    for (const { fetchData } of message.attachments) sizes.push((await fetchData?.())?.byteLength ?? 0);
  });
  await chat.initialize();
  emulator.say(direct, "Ada", { type: "document", bytes: Buffer.from("twelve bytes"), name: "a.txt", caption: "file" });
  await until(() => sizes.length === 1);
  expect(sizes).toEqual([12]);
});
