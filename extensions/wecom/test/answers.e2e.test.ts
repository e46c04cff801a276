import type { OutboundMessage } from "@loong/sdk";
import { afterEach, describe, expect, test } from "vitest";
import { IMPATIENT, type SetUp, type Stage, botId, connected, newKey, never, setUp, until } from "./account.ts";

let stage: Stage;
afterEach(() => stage.close());

/** Ann has just said something to the bot, which is connected. */
async function asked(options: SetUp = {}) {
  stage = await setUp(options);
  const { emulator } = stage;
  const ann = emulator.user("Ann");
  const chat = emulator.directChat(ann, botId);
  let link = await connected(stage.channel);
  const { msgId } = emulator.say(chat, ann, "tell me");
  await until(() => link.inbound.events.length === 1, "heard");
  const stream = stage.channel.stream!;
  const place = {
    conversation: { id: chat.chatId, type: "direct" } as const,
    messageId: msgId,
    idempotencyKey: newKey(),
  };
  return {
    emulator,
    ann,
    chat,
    msgId,
    open: (markdown: string) => stream.open(place, markdown, never),
    update: (preview: string, markdown: string) => stream.update(preview, markdown, never),
    discard: (preview: string) => stream.discard(preview, never),
    answer: (markdown: string, preview?: string): OutboundMessage => ({
      idempotencyKey: newKey(),
      to: chat.chatId,
      inReplyTo: msgId,
      content: { type: "markdown", markdown },
      ...(preview === undefined ? {} : { preview }),
    }),
    send: (message: OutboundMessage) => stage.channel.send(message, never),
    /** What people see of the bot. */
    shown: () => emulator.shows(chat).filter(({ from }) => from.kind === "bot"),
    texts: () =>
      emulator
        .shows(chat)
        .filter(({ from }) => from.kind === "bot")
        .map(({ text }) => text),
    async reconnect() {
      emulator.dropConnections({ mode: "reset" });
      await link.ended;
      link = await connected(stage.channel);
    },
  };
}

const RESPOND = "aibot_respond_msg";
const FINAL = { cmd: RESPOND, contains: '"finish":true' };

describe("an answer in one piece", () => {
  test("stands under the message it answers, finished", async () => {
    const { send, answer, shown, msgId } = await asked();
    await send(answer("**done**"));
    expect(shown()).toMatchObject([{ text: "**done**", parentId: msgId, via: "reply", stream: { finished: true } }]);
  });

  test.each([846604, 846605, 600039])("is sent as a message of its own after errcode %i", async (errcode) => {
    const { emulator, send, answer, shown } = await asked();
    emulator.inject({ cmd: RESPOND, times: 1, action: { errcode } });
    await send(answer("done"));
    expect(shown()).toMatchObject([{ text: "done", via: "push" }]);
  });

  test("is sent as a message of its own when the message came too long ago", async () => {
    const { send, answer, shown } = await asked();
    stage.advance(24 * 60 * 60_000);
    await send(answer("late"));
    expect(shown()).toMatchObject([{ via: "push" }]);
  });

  test.each([true, false])(
    "whose acknowledgement is lost is unknown, and shown once when sent again (thumbs: %s)",
    async (feedback) => {
      const { emulator, send, answer, texts } = await asked({ ...IMPATIENT, account: { feedback } });
      emulator.inject({ ...FINAL, times: 1, action: "drop-ack" });
      const message = answer("done");
      await expect(send(message)).rejects.toMatchObject({ code: "WECOM_NO_ACK", outcome: "unknown" });
      await send(message);
      expect(texts()).toEqual(["done"]);
    },
  );

  test("a second answer to the same message is another one", async () => {
    const { send, answer, texts } = await asked();
    await send(answer("one"));
    await send(answer("two"));
    expect(texts()).toEqual(["one", "two"]);
  });

  test("waits out frames that overlap, and goes another way when that lasts", async () => {
    const { emulator, send, answer, shown } = await asked();
    emulator.inject({ cmd: RESPOND, times: 2, action: { errcode: 6000 } });
    await send(answer("one"));
    emulator.inject({ cmd: RESPOND, times: 4, action: { errcode: 6000 } });
    await send(answer("two"));
    expect(shown()).toMatchObject([
      { text: "one", via: "reply" },
      { text: "two", via: "push" },
    ]);
  });
});

describe("an answer that grows", () => {
  test("is one message, and the answer takes its place", async () => {
    const { open, update, send, answer, shown } = await asked();
    const preview = await open("Let");
    expect(preview.length).toBeLessThanOrEqual(512);
    const grown = await update(preview, "Let me see");
    await send(answer("Let me see. **Done.**", grown));
    expect(shown()).toMatchObject([
      {
        text: "Let me see. **Done.**",
        stream: { finished: true },
        history: ["Let", "Let me see", "Let me see. **Done.**"],
      },
    ]);
  });

  test("that ends with the words it shows already is finished all the same", async () => {
    const { open, send, answer, shown } = await asked({ emulator: { identicalFinal: "ignore" } });
    await send(answer("all of it", await open("all of it")));
    expect(shown()).toMatchObject([{ stream: { finished: true } }]);
    expect(shown()[0]?.text.replaceAll("\u200B", "")).toBe("all of it");
  });

  test("longer than a message shows what fits", async () => {
    const { open, shown } = await asked();
    await open("长".repeat(10_000));
    expect(Buffer.byteLength(shown()[0]?.text ?? "")).toBeLessThanOrEqual(20_480);
    expect(shown()[0]?.text).toMatch(/^长+\n…$/);
  });

  test("goes on in a later process", async () => {
    const { open, answer, texts } = await asked();
    const preview = await open("begun");
    await stage.channel.close();
    const later = stage.open();
    await connected(later);
    const grown = await later.stream!.update(preview, "begun, going on", never);
    await later.send(answer("begun, going on, done", grown), never);
    expect(texts()).toEqual(["begun, going on, done"]);
  });

  test("skips what overlaps or comes too fast", async () => {
    const { emulator, open, update, texts } = await asked();
    const preview = await open("a");
    emulator.inject({ cmd: RESPOND, times: 1, action: { errcode: 6000 } });
    expect(await update(preview, "a b")).toBe(preview);
    emulator.inject({ cmd: RESPOND, times: 1, action: { errcode: 846607 } });
    expect(await update(preview, "a b c")).toBe(preview);
    await update(preview, "a b c d");
    expect(texts()).toEqual(["a"]);
    stage.advance(120_000);
    await update(preview, "a b c d e");
    expect(texts()).toEqual(["a b c d e"]);
  });

  test("leaves room in the platform's limit for the answer itself", async () => {
    const { open, update, send, answer, texts } = await asked({ emulator: { strictRates: true } });
    let preview = await open("0");
    for (let n = 1; n <= 40; n += 1) preview = await update(preview, `${n}`);
    await send(answer("the end", preview));
    expect(texts()).toEqual(["the end"]);
  });

  test("is withdrawn with a mark when no answer follows", async () => {
    const { open, discard, shown } = await asked();
    await discard(await open("hm"));
    expect(shown()).toMatchObject([{ text: "—", stream: { finished: true } }]);
  });

  test("moves on to a fresh message before the platform closes it", async () => {
    const { open, update, send, answer, shown } = await asked();
    const preview = await open("begun");
    stage.advance(5.2 * 60_000);
    const moved = await update(preview, "begun, going on");
    expect(moved).not.toBe(preview);
    stage.advance(4 * 60_000);
    await send(answer("begun, going on, done", moved));
    expect(shown()).toMatchObject([
      { text: "⬇️ …", stream: { finished: true } },
      { text: "begun, going on, done", stream: { finished: true } },
    ]);
  });

  test("that the platform closed goes on in a fresh message", async () => {
    const { emulator, open, update, texts } = await asked();
    const preview = await open("begun");
    emulator.expireStreams();
    await update(preview, "begun, going on");
    expect(texts()).toEqual(["begun", "begun, going on"]);
  });

  test("that the platform closed before its end is answered anew", async () => {
    const { emulator, open, send, answer, shown } = await asked();
    const preview = await open("begun");
    emulator.expireStreams();
    await send(answer("done", preview));
    expect(shown()).toMatchObject([{ text: "begun" }, { text: "done", via: "push" }]);
  });

  test("has no place under a click, or under what came before this process", async () => {
    await asked();
    const place = {
      conversation: { id: "x", type: "direct" } as const,
      messageId: "unknown",
      idempotencyKey: newKey(),
    };
    await expect(stage.channel.stream!.open(place, "x", never)).rejects.toMatchObject({ code: "WECOM_NO_PREVIEW" });
  });
});

describe("when the last frame's fate is unknown", () => {
  test.each(["drop-ack", "silent"] as const)("the answer is shown once (%s)", async (action) => {
    const { emulator, open, send, answer, texts } = await asked(IMPATIENT);
    const message = answer("done", await open("begun"));
    emulator.inject({ ...FINAL, times: 1, action });
    await expect(send(message)).rejects.toMatchObject({ outcome: "unknown" });
    await send(message);
    expect(texts()).toEqual(["done"]);
  });

  test.each(["close-before", "close-after"] as const)("also over a new connection (%s)", async (action) => {
    const { emulator, open, send, answer, texts, reconnect } = await asked();
    const message = answer("done", await open("begun"));
    emulator.inject({ ...FINAL, times: 1, action });
    await expect(send(message)).rejects.toMatchObject({ code: "WECOM_ACK_LOST", outcome: "unknown" });
    await reconnect();
    await send(message);
    expect(texts()).toEqual(["done"]);
  });

  test("a connection that was lost mid-stream does not lose the answer, where its req_ids live on or not", async () => {
    for (const sessionBoundReqIds of [false, true]) {
      const { open, send, answer, texts, reconnect } = await asked({ emulator: { sessionBoundReqIds } });
      const preview = await open("begun");
      await reconnect();
      await send(answer("done", preview));
      expect(texts().filter((text) => text === "done")).toHaveLength(1);
      if (!sessionBoundReqIds) await stage.close();
    }
  });
});

describe("an acknowledgement that comes too late", () => {
  test("is not taken for the one of the last frame", async () => {
    const { emulator, open, update, send, answer, shown } = await asked(IMPATIENT);
    const preview = await open("begun");
    emulator.inject({ cmd: RESPOND, times: 1, action: { lateMs: 1_500 } });
    await expect(update(preview, "begun, going")).rejects.toMatchObject({ code: "WECOM_NO_ACK" });
    // The platform refuses the last frame, and the late acknowledgement of the one before comes while it is under way.
    emulator.inject({ ...FINAL, times: 1, action: { errcode: 846608 } });
    await send(answer("done", preview));
    expect(shown().filter(({ text }) => text === "done")).toMatchObject([{ via: "push" }]);
  });

  test("makes the reply usable again", async () => {
    const { emulator, open, update, send, answer, shown } = await asked(IMPATIENT);
    const preview = await open("begun");
    emulator.inject({ cmd: RESPOND, times: 1, action: { lateMs: 60_000 } });
    await expect(update(preview, "begun, going")).rejects.toMatchObject({ code: "WECOM_NO_ACK" });
    emulator.advance(60_000);
    // What is answered to the probe comes behind the acknowledgement.
    await stage.channel.probe(never);
    await send(answer("done", preview));
    expect(shown()).toMatchObject([{ text: "done", via: "reply", stream: { finished: true } }]);
  });

  test("leaves a preview that points to the answer", async () => {
    const { emulator, open, update, send, answer, texts } = await asked(IMPATIENT);
    const preview = await open("begun");
    emulator.inject({ cmd: RESPOND, times: 1, action: "drop-ack" });
    await expect(update(preview, "begun, going")).rejects.toMatchObject({ code: "WECOM_NO_ACK" });
    await send(answer("done", preview));
    await until(() => texts()[0] === "⬇️ …", "the preview points down");
    expect(texts()).toEqual(["⬇️ …", "done"]);
  });
});

test("thumbs are shown when wanted, and what people choose is logged", async () => {
  const { emulator, ann, send, answer, shown } = await asked({ account: { feedback: true } });
  await send(answer("done"));
  emulator.feedback(ann, shown()[0]?.messageId ?? "", { type: 1, content: "nice" });
  await until(() => stage.log.some(({ message }) => message === "somebody rated an answer"), "logged");
  expect(stage.log.find(({ message }) => message === "somebody rated an answer")?.fields).toMatchObject({
    opinion: "like",
  });
  expect(stage.log.filter(({ fields }) => JSON.stringify(fields ?? {}).includes("nice"))).toMatchObject([
    { level: "debug", message: "why somebody rated an answer so" },
  ]);
});
