import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEFAULT_BOT, startWecomEmulator, type ChatHandle, type WecomEmulator } from "@loong/wecom/emulator";
import { officialClient, subscribed, type ClientOptions, type OfficialFrame } from "./official-client.ts";
import { until } from "./raw-client.ts";

// The platform's own client is the judge of the emulator: whatever it needs on the wire has to be there.
const BOT = DEFAULT_BOT.botId;
let emulator: WecomEmulator;
let ada: ChatHandle;
const clients: ReturnType<typeof officialClient>[] = [];
const replies: Promise<unknown>[] = [];

/** Lets the test end only when this was acknowledged: the client rejects what is pending when it disconnects. */
function reply<T>(pending: Promise<T>): Promise<T> {
  replies.push(pending);
  return pending;
}

beforeEach(async () => {
  emulator = await startWecomEmulator({ ackDelayMs: { min: 1, max: 5 } });
  ada = emulator.directChat(emulator.user("Ada"), BOT);
});
afterEach(async () => {
  await Promise.allSettled(replies.splice(0));
  for (const client of clients.splice(0)) client.disconnect();
  await emulator.close();
});

function made(options?: ClientOptions) {
  const client = officialClient(emulator, options);
  client.on("error", () => {});
  clients.push(client);
  return client;
}
const connected = (options?: ClientOptions) => subscribed(made(options));

describe("the official client", () => {
  test("subscribes and keeps the connection alive with pings", async () => {
    await connected({ heartbeatInterval: 20 });
    await until(() => (emulator.connections(BOT)[0]?.pings ?? 0) >= 5);
    expect(emulator.connections(BOT)).toMatchObject([{ state: "subscribed" }]);
  });

  test("streams an answer to a text", async () => {
    const client = await connected();
    const acks: unknown[] = [];
    const respond = async (frame: OfficialFrame, words: string) => {
      acks.push(await reply(client.replyStream(frame, "s1", words.slice(0, 2), false, undefined, { id: "f-1" })));
      acks.push(await reply(client.replyStream(frame, "s1", words, true)));
    };
    client.on("message.text", (frame) => void respond(frame, frame.body?.text.content ?? ""));
    emulator.say(ada, "Ada", "hello");
    const answer = await emulator.waitFor(ada, ({ stream }) => stream?.finished === true);
    expect(answer).toMatchObject({ text: "hello", history: ["he", "hello"], feedbackId: "f-1" });
    await until(() => acks.length === 2);
    expect(acks).toMatchObject([{ errcode: 0 }, { errcode: 0 }]);
  });

  test("hears of likes", async () => {
    const client = await connected();
    const events: unknown[] = [];
    client.on(
      "message.text",
      (frame) => void reply(client.replyStream(frame, "s", "ok", true, undefined, { id: "f" })),
    );
    client.on("event.feedback_event", (frame) => events.push(frame.body?.event));
    emulator.say(ada, "Ada", "hello");
    const { messageId } = await emulator.waitFor(ada, ({ stream }) => stream?.finished === true);
    emulator.feedback("Ada", messageId, { type: 1 });
    await until(() => events.length === 1);
    expect(events[0]).toMatchObject({ feedback_event: { id: "f", type: 1 } });
  });

  test("welcomes who comes in", async () => {
    const client = await connected();
    client.on(
      "event.enter_chat",
      (frame) => void reply(client.replyWelcome(frame, { msgtype: "text", text: { content: "Welcome!" } })),
    );
    emulator.enterChat("Ada", BOT);
    expect(await emulator.waitFor(ada, ({ via }) => via === "welcome")).toMatchObject({ text: "Welcome!" });
  });

  test("sends a card, hears the click and updates it", async () => {
    const client = await connected();
    const card = (title: string) => ({
      card_type: "button_interaction",
      main_title: { title },
      button_list: [{ text: "OK", key: "ok" }],
      task_id: "task-1",
    });
    client.on("message.text", (frame) => void reply(client.replyTemplateCard(frame, card("Sure?"))));
    client.on("event.template_card_event", (frame) => void reply(client.updateTemplateCard(frame, card("Done."))));
    emulator.say(ada, "Ada", "card, please");
    const { messageId } = await emulator.waitFor(ada, ({ type }) => type === "template_card");
    emulator.clickCard("Ada", messageId, { eventKey: "ok" });
    const shown = await emulator.waitFor(ada, ({ text }) => text.startsWith("Done."));
    expect(shown).toMatchObject({ messageId, history: ["Sure?\nOK", "Done.\nOK"] });
  });

  test("pushes markdown, and is told why not as a frame", async () => {
    const client = await connected();
    const body = { msgtype: "markdown", markdown: { content: "**news**" } } as const;
    await expect(client.sendMessage(ada.chatId, body)).rejects.toMatchObject({ errcode: 846607 });
    emulator.say(ada, "Ada", "you may");
    expect(await client.sendMessage(ada.chatId, body)).toMatchObject({ errcode: 0 });
    expect(emulator.shows(ada).at(-1)).toMatchObject({ text: "**news**", via: "push" });
    await expect(client.sendMessage(ada.chatId.toLowerCase(), body)).rejects.toMatchObject({ errcode: 93006 });
  });

  test("uploads in chunks and sends the file", async () => {
    const client = await connected();
    const bytes = randomBytes(1_300_000);
    emulator.say(ada, "Ada", "a file, please");
    const media = await client.uploadMedia(bytes, { type: "file", filename: "数据.bin" });
    await client.sendMediaMessage(ada.chatId, "file", media.media_id);
    const [file] = (await emulator.waitFor(ada, ({ type }) => type === "file")).files ?? [];
    expect(file?.name).toBe("数据.bin");
    expect(bytes.equals(file?.bytes ?? Buffer.alloc(0))).toBe(true);
  });

  test.for([1, 31, 32, 100_000])("downloads and decrypts a file of %i bytes", async (size) => {
    const client = await connected();
    const bytes = randomBytes(size);
    const downloads: Promise<{ buffer: Buffer; filename?: string }>[] = [];
    client.on("message.file", (frame) => {
      downloads.push(client.downloadFile(frame.body?.file.url ?? "", frame.body?.file.aeskey));
    });
    emulator.say(ada, "Ada", { type: "file", name: "报告.pdf", bytes });
    await until(() => downloads.length === 1);
    const { buffer, filename } = await (downloads[0] as (typeof downloads)[number]);
    expect(buffer.equals(bytes)).toBe(true);
    expect(filename).toBe("报告.pdf");
  });

  test("gets every kind of message under its name", async () => {
    const client = await connected();
    const heard: string[] = [];
    for (const type of ["text", "image", "mixed", "voice", "file", "video"] as const) {
      client.on(`message.${type}`, (frame: { body?: { msgtype: string } }) => heard.push(frame.body?.msgtype ?? ""));
      emulator.say(ada, "Ada", { type, text: "x", items: ["x", { type: "image" }] });
    }
    await until(() => heard.length === 6);
    expect(heard.toSorted()).toEqual(["file", "image", "mixed", "text", "video", "voice"]);
  });
});

describe("when things go wrong, the official client", () => {
  test("gives up after 853000", async () => {
    const client = made({ secret: "wrong", maxAuthFailureAttempts: 2 });
    const errors: Error[] = [];
    client.on("error", (error) => errors.push(error));
    client.connect();
    await until(() => errors.some((error) => "code" in error && error.code === "WS_AUTH_FAILURE_EXHAUSTED"));
    expect(emulator.frames().filter(({ direction }) => direction === "in")).toHaveLength(3);
  });

  test("stops when another client subscribes, and can come back", async () => {
    const client = await connected();
    const told: unknown[] = [];
    client.on("event.disconnected_event", (frame) => told.push(frame.body?.event));
    const disconnected = new Promise((resolve) => client.once("disconnected", resolve));
    emulator.kick(BOT);
    await disconnected;
    expect(told).toEqual([{ eventtype: "disconnected_event" }]);
    await subscribed(client);
    expect(emulator.connections(BOT).filter(({ state }) => state === "subscribed")).toHaveLength(1);
  });

  test("comes back after a broken connection and gets what was said meanwhile", async () => {
    const client = await connected();
    const heard: unknown[] = [];
    client.on("message.text", (frame) => heard.push(frame.body?.text.content));
    emulator.dropConnections({ mode: "reset" });
    await until(() => emulator.connections().length === 0);
    emulator.say(ada, "Ada", "meanwhile");
    await until(() => heard.length === 1);
    expect(heard).toEqual(["meanwhile"]);
  });

  test.for([6000, 846605, 846608])("sees the acknowledgement's errcode %i", async (errcode) => {
    const client = await connected();
    emulator.inject({ cmd: "aibot_respond_msg", action: { errcode } });
    const outcome = new Promise((resolve) =>
      client.on(
        "message.text",
        (frame) => void reply(client.replyStream(frame, "s", "x", true)).then(resolve, resolve),
      ),
    );
    emulator.say(ada, "Ada", "hello");
    expect(await outcome).toMatchObject({ errcode });
    expect(emulator.shows(ada)).toHaveLength(1);
  });

  test("takes a late acknowledgement for the next frame's, so that the final answer is lost unseen", async () => {
    const client = await connected();
    emulator.inject({ cmd: "aibot_respond_msg", nth: 1, action: { lateMs: 60_000 } });
    emulator.inject({ cmd: "aibot_respond_msg", nth: 2, action: { errcode: 846608, lateMs: 60_000 } });
    const outcomes: unknown[] = [];
    const respond = async (frame: OfficialFrame) => {
      outcomes.push(await reply(client.replyStream(frame, "s", "one")).catch(() => "no acknowledgement"));
      outcomes.push(await reply(client.replyStream(frame, "s", "one two", true)));
    };
    client.on("message.text", (frame) => void respond(frame));
    emulator.say(ada, "Ada", "hello");
    const sent = () => emulator.frames().filter(({ frame }) => JSON.stringify(frame).includes("aibot_respond_msg"));
    await until(() => sent().length === 2, 8000);
    emulator.advance(57_000);
    await until(() => outcomes.length === 2);
    expect(outcomes).toMatchObject(["no acknowledgement", { errcode: 0 }]);
    expect(emulator.shows(ada).at(-1)).toMatchObject({ text: "one", stream: { finished: false } });
  });

  test("reads JSON with raw control characters, and survives noise", async () => {
    const client = await connected();
    const heard: unknown[] = [];
    client.on("message.text", (frame) => heard.push(frame.body?.text.content));
    emulator.inject({ on: "callback", action: "control-chars", nth: 1 });
    emulator.emitRaw(BOT, "{half");
    emulator.emit(BOT, "aibot_new_callback", { anything: 1 });
    emulator.say(ada, "Ada", "line one\nline two");
    emulator.say(ada, "Ada", "after");
    await until(() => heard.length === 2);
    expect(heard[0]).toMatch(/^line one\s?line two$/);
  });
});
