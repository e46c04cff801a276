import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OutboundContent } from "@loong/sdk";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChatHandle, UserHandle } from "@loong/feishu/emulator";
import { type Stage, appId, appSecret, newKey, never, setUp, until } from "./account.ts";

let stage: Stage;
let ann: UserHandle;
let chat: ChatHandle;

async function stageWith(...settings: Parameters<typeof setUp>) {
  stage = await setUp(...settings);
  ann = stage.emulator.user("Ann");
  chat = stage.emulator.directChat(ann, appId);
}
beforeEach(() => stageWith());
afterEach(() => stage.close());

const markdown = (text: string): OutboundContent => ({ type: "markdown", markdown: text });
const send = (content: OutboundContent, more: object = {}) =>
  stage.channel.send({ idempotencyKey: newKey(), to: chat.chatId, content, ...more }, never);
const shown = () => stage.emulator.shows(chat).filter(({ from }) => from.kind === "app");
const messageCalls = () =>
  stage.emulator.requests().filter(({ path, method }) => path.includes("/im/v1/messages") && method === "POST");
const tokenCalls = () => stage.emulator.requests().filter(({ path }) => path.endsWith("/tenant_access_token/internal"));

describe("targets", () => {
  test("are chats, people and addresses", async () => {
    for (const to of [chat.chatId, ann.openId, ann.unionId, ann.email]) {
      await stage.channel.send({ idempotencyKey: newKey(), to, content: { type: "text", text: to } }, never);
    }
    expect(shown().map(({ text }) => text)).toEqual([chat.chatId, ann.openId, ann.unionId, ann.email]);
  });

  test("are read as receiveIdType says when their form does not tell", async () => {
    const channel = stage.open({ receiveIdType: "user_id" });
    await channel.send({ idempotencyKey: newKey(), to: ann.userId, content: { type: "text", text: "hi" } }, never);
    expect(shown()).toHaveLength(1);
  });

  test("that do not exist are refused", async () => {
    await expect(send(markdown("hi"), { to: "oc_0000000000000000" })).rejects.toMatchObject({ outcome: "rejected" });
    await expect(send(markdown("hi"), { to: "ou_0000000000000000" })).rejects.toMatchObject({ outcome: "rejected" });
  });
});

describe("forms", () => {
  test("a card for formatted words, a text for plain ones", async () => {
    await send(markdown("**bold** 字"));
    await send(markdown("plain"));
    expect(shown().map(({ msgType }) => msgType)).toEqual(["interactive", "text"]);
  });

  test("a card that is refused becomes rich text, then text, under the same key", async () => {
    const refusal = { status: 400, body: { code: 230099, msg: "Failed to create card content, ext=ErrCode: 11310" } };
    stage.emulator.inject({ path: "/open-apis/im/v1/messages", contains: "interactive", action: refusal });
    const receipt = await send(markdown("**hi**"));
    expect(receipt.degraded).toMatch(/^card refused \(.*230099.*\), sent as rich text$/);
    stage.emulator.inject({
      path: "/open-apis/im/v1/messages",
      contains: '"post"',
      action: { status: 400, body: { code: 230001, msg: "bad" } },
    });
    expect((await send(markdown("**ho**"))).degraded).toContain("sent as text");
    expect(shown().map(({ msgType, text }) => [msgType, text])).toEqual([
      ["post", expect.stringContaining("hi")],
      ["text", "ho"],
    ]);
    const uuids = messageCalls().map(({ body }) => (body as { uuid: string }).uuid);
    expect(new Set(uuids).size).toBe(2);
    expect(uuids).toHaveLength(5);
  });

  test("what is too long for a card goes out as text without asking", async () => {
    const receipt = await send(markdown(`**${'\\"'.repeat(12_000)}**`));
    expect(receipt.degraded).toBe("card too long, rich text too long, sent as text");
    expect(messageCalls()).toHaveLength(1);
  });

  test("an author's card that is refused becomes its words", async () => {
    stage.emulator.inject({
      path: "/open-apis/im/v1/messages",
      contains: "interactive",
      action: { status: 400, body: { code: 230099, msg: "ErrCode: 200621" } },
    });
    const receipt = await send({ type: "card", card: { schema: "2.0" }, fallbackText: "words" });
    expect(receipt.degraded).toMatch(/sent as text$/);
    expect(shown()).toMatchObject([{ msgType: "text", text: "words" }]);
  });
});

describe("answers", () => {
  test("hang on the message they answer, in its thread", async () => {
    const group = stage.emulator.group("ops", [ann], [appId]);
    const root = stage.emulator.say(group, ann, "root");
    const inThread = stage.emulator.say(group, ann, "in thread", { threadOf: root.messageId });
    await send(markdown("there"), { to: group.chatId, inReplyTo: inThread.messageId, threadId: inThread.threadId });
    await send(markdown("here"), { to: group.chatId, inReplyTo: root.messageId });
    const answers = stage.emulator.shows(group).filter(({ from }) => from.kind === "app");
    expect(answers).toMatchObject([
      { text: "there", threadId: inThread.threadId },
      { text: "here", parentId: root.messageId },
    ]);
  });

  test("go to the chat when the message was recalled, under the same key", async () => {
    const said = stage.emulator.say(chat, ann, "oops");
    stage.emulator.recall(said.messageId);
    const receipt = await send(markdown("hi"), { inReplyTo: said.messageId });
    expect(receipt.degraded).toBe("the answered message was recalled");
    expect(shown()).toMatchObject([{ text: "hi", parentId: undefined }]);
    const uuids = messageCalls().map(({ body }) => (body as { uuid: string }).uuid);
    expect(uuids).toEqual([uuids[0], uuids[0]]);
  });

  test("go outside the thread where threads are not possible", async () => {
    const said = stage.emulator.say(chat, ann, "x");
    stage.emulator.inject({
      path: "/open-apis/im/v1/messages/*/reply",
      contains: "reply_in_thread",
      action: { status: 400, body: { code: 230071, msg: "no thread" } },
    });
    const receipt = await send(markdown("hi"), { inReplyTo: said.messageId, threadId: "omt_1" });
    expect(receipt.degraded).toBe("answered outside the thread");
    expect(shown()).toHaveLength(1);
  });

  test("to a click go to the chat", async () => {
    await send(markdown("done"), { inReplyTo: "f7984f25108f8137722bb63cee927e66" });
    expect(shown()).toMatchObject([{ text: "done", parentId: undefined }]);
  });
});

describe("once", () => {
  test("a repeat with the same key shows one message", async () => {
    const idempotencyKey = newKey();
    const first = await send(markdown("**once**"), { idempotencyKey });
    const second = await send(markdown("**once**"), { idempotencyKey });
    expect(second.messageId).toBe(first.messageId);
    expect(shown()).toHaveLength(1);
  });

  test.each(["reset-after", "truncated"] as const)("also when the first answer was lost: %s", async (action) => {
    const idempotencyKey = newKey();
    stage.emulator.inject({ path: "/open-apis/im/v1/messages", action, times: 1 });
    await expect(send(markdown("hi"), { idempotencyKey })).rejects.toMatchObject({ outcome: "unknown" });
    await send(markdown("hi"), { idempotencyKey });
    expect(shown()).toHaveLength(1);
  });
});

describe("failures", () => {
  test.each([
    ["429 and 99991400", { rateLimitSeconds: 7 }, { outcome: "not-sent", retryAfterMs: 7_000 }],
    ["HTTP 400 and 99991400", { rateLimitSeconds: 2, status: 400 }, { outcome: "not-sent", retryAfterMs: 2_000 }],
    ["230020", { status: 400, body: { code: 230020, msg: "busy" } }, { outcome: "not-sent" }],
    ["11232 as HTTP 200", { status: 200, body: { code: 11232, msg: "busy" } }, { outcome: "not-sent" }],
    ["HTTP 500", { status: 500, body: { code: 2200, msg: "internal" } }, { outcome: "unknown" }],
    ["a proxy's page", "html", { outcome: "unknown" }],
    ["an empty answer", "empty", { outcome: "unknown" }],
    ["a reset before", "reset-before", { outcome: "unknown" }],
    [
      "a missing scope",
      {
        status: 400,
        body: { code: 99991672, msg: "Access denied. One of the following scopes is required: [im:message]." },
      },
      { outcome: "rejected", message: expect.stringContaining("im:message") },
    ],
    [
      "not in the chat",
      { status: 400, body: { code: 230002, msg: "not in" } },
      { outcome: "rejected", code: "FEISHU_NOT_IN_CHAT" },
    ],
  ] as const)("%s", async (_what, action, expected) => {
    stage.emulator.inject({ path: "/open-apis/im/v1/messages", action });
    await expect(send(markdown("hi"))).rejects.toMatchObject(expected);
  });

  test("a call that hangs ends when the gateway gives up", async () => {
    stage.emulator.inject({ path: "/open-apis/im/v1/messages", action: "hang" });
    const gateway = new AbortController();
    const sending = stage.channel.send(
      { idempotencyKey: newKey(), to: chat.chatId, content: markdown("hi") },
      gateway.signal,
    );
    await until(() => messageCalls().length === 1, "asked");
    gateway.abort();
    await expect(sending).rejects.toMatchObject({ outcome: "unknown" });
  });

  test("nothing was sent when not even a token could be had", async () => {
    stage.emulator.inject({
      path: "/open-apis/auth/v3/tenant_access_token/internal",
      action: { status: 500, body: { code: 2200, msg: "x" } },
    });
    await expect(send(markdown("hi"))).rejects.toMatchObject({ outcome: "not-sent" });
  });

  test("a person outside the app's range cannot be reached", async () => {
    stage.emulator.setAvailable(ann, appId, false);
    await expect(send(markdown("hi"), { to: ann.openId })).rejects.toMatchObject({ code: "FEISHU_USER_OUT_OF_RANGE" });
  });
});

describe("tokens", () => {
  test("are fetched once for many sends", async () => {
    await Promise.all(Array.from({ length: 10 }, () => send(markdown("hi"))));
    expect(tokenCalls()).toHaveLength(1);
    expect(shown()).toHaveLength(10);
  });

  test("are replaced when the platform refuses them, without a word to anybody", async () => {
    await send(markdown("one"));
    stage.emulator.expireTokens(appId);
    await Promise.all([send(markdown("two")), send(markdown("three"))]);
    expect(shown()).toHaveLength(3);
    expect(tokenCalls()).toHaveLength(2);
  });

  test.each([400, 200])("are replaced also when HTTP %i says so", async (status) => {
    stage.emulator.inject({
      path: "/open-apis/im/v1/messages",
      times: 1,
      action: { status, body: { code: 99991663, msg: "Invalid access token for authorization" } },
    });
    await send(markdown("hi"));
    expect(shown()).toHaveLength(1);
  });

  test("that stay refused mean bad credentials, after one more try", async () => {
    stage.emulator.inject({
      path: "/open-apis/im/v1/messages",
      action: { status: 400, body: { code: 99991663, msg: "Invalid access token" } },
    });
    await expect(send(markdown("hi"))).rejects.toMatchObject({
      outcome: "bad-credentials",
      message: expect.stringContaining("API error: 99991663"),
    });
    expect(messageCalls()).toHaveLength(2);
  });

  test("cannot be had with a secret that was changed", async () => {
    await send(markdown("one"));
    stage.emulator.rotateSecret(appId, "a-new-secret");
    await expect(send(markdown("two"))).rejects.toMatchObject({
      code: "FEISHU_CREDENTIALS_REJECTED",
      outcome: "bad-credentials",
    });
  });
});

describe("files", () => {
  const save = (name: string, bytes: string | Buffer) => {
    const path = join(stage.directory, name);
    writeFileSync(path, bytes);
    return path;
  };

  test.each([
    ["report.pdf", "file"],
    ['数据 "1".bin', "file"],
    ["clip.mp4", "media"],
    ["voice.opus", "audio"],
  ])("%s is sent as %s", async (name, msgType) => {
    await send({ type: "file", file: { path: save(name, "some bytes") } });
    expect(shown()).toMatchObject([{ msgType }]);
  });

  test("pictures are pictures, and what is none goes as a file", async () => {
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    await send({ type: "image", file: { path: save("a.png", png) } });
    await send({ type: "image", file: { path: save("a.svg", "<svg/>") } });
    expect(shown().map(({ msgType }) => msgType)).toEqual(["image", "file"]);
  });

  test("that are missing, empty or too large are refused before anything is sent", async () => {
    const empty = save("empty", "");
    await expect(send({ type: "file", file: { path: join(stage.directory, "none") } })).rejects.toMatchObject({
      code: "FEISHU_FILE_UNREADABLE",
      outcome: "rejected",
    });
    await expect(send({ type: "file", file: { path: empty } })).rejects.toMatchObject({ code: "FEISHU_FILE_SIZE" });
    await expect(
      send({ type: "file", file: { path: save("big", Buffer.alloc(31 * 1024 * 1024)) } }),
    ).rejects.toMatchObject({ code: "FEISHU_FILE_SIZE" });
    expect(messageCalls()).toEqual([]);
  });
});

describe("edits", () => {
  test("change cards, rich text and texts, each as what it is", async () => {
    const at = async (content: OutboundContent) => ({
      conversationId: chat.chatId,
      messageId: (await send(content)).messageId,
    });
    const change = (text: string) => ({ idempotencyKey: newKey(), to: chat.chatId, content: markdown(text) });
    const card = await at(markdown("**one**"));
    const text = await at(markdown("plain"));
    await stage.channel.edit!.edit(card, change("plain now"), never);
    await stage.channel.edit!.edit(text, change("**bold** now"), never);
    expect(shown().map(({ msgType, text: words }) => [msgType, words])).toEqual([
      ["interactive", "plain now"],
      ["text", "bold now"],
    ]);
  });

  test("are refused for messages of others", async () => {
    const said = stage.emulator.say(chat, ann, "mine");
    const edit = stage.channel.edit!.edit(
      { conversationId: chat.chatId, messageId: said.messageId },
      { idempotencyKey: newKey(), to: chat.chatId, content: { type: "text", text: "yours" } },
      never,
    );
    await expect(edit).rejects.toMatchObject({ code: "FEISHU_EDIT_REFUSED", outcome: "rejected" });
  });
});

describe("probe", () => {
  const codes = async (changes: Parameters<Stage["open"]>[0]) => {
    const { ok, problems } = await stage.open(changes).probe(never);
    return [ok, problems.map(({ code }) => code)];
  };

  test("says who the bot is", async () => {
    expect(await stage.channel.probe(never)).toMatchObject({
      ok: true,
      identity: { id: stage.emulator.app(appId).botOpenId, name: "Loong" },
    });
  });

  test("says what is wrong and what to do", async () => {
    expect(await codes({ appSecret: "wrong-secret-value" })).toEqual([false, ["FEISHU_CREDENTIALS_REJECTED"]]);
    expect(await codes({ appId: "cli_0000000000000000" })).toEqual([false, ["FEISHU_CREDENTIALS_REJECTED"]]);
    expect(await codes({ appId: "" })).toEqual([false, ["FEISHU_APP_ID_MISSING"]]);
    expect(await codes({ appSecret: "" })).toEqual([false, ["FEISHU_APP_SECRET_MISSING"]]);
    expect(await codes({ baseUrl: "http://127.0.0.1:9" })).toEqual([false, ["FEISHU_UNREACHABLE"]]);
    expect(await codes({ baseUrl: "http://open.feishu.cn" })).toEqual([false, ["FEISHU_BASE_URL"]]);
  });

  test.each([
    [99991663, "Invalid App ID or App Secret", "Credentials page"],
    [99991668, "Bot capability not enabled", "enable the Bot feature"],
  ])("explains API error %i as the troubleshooting table does", async (code, message, hint) => {
    stage.emulator.inject({ path: "/open-apis/bot/v3/info", action: { status: 400, body: { code, msg: "x" } } });
    const { ok, problems } = await stage.channel.probe(never);
    expect(ok).toBe(false);
    expect(problems).toMatchObject([
      { message: expect.stringContaining(message), hint: expect.stringContaining(hint) },
    ]);
    expect(problems[0]?.message).toContain(`API error: ${code}`);
  });

  test("knows an app whose bot was never switched on", async () => {
    await stage.close();
    await stageWith({ apps: [{ appId, appSecret, botName: "Loong", botEnabled: false }] });
    expect((await stage.channel.probe(never)).problems).toMatchObject([{ code: "FEISHU_BOT_DISABLED" }]);
  });

  test("never shows the secret", async () => {
    const { problems } = await stage.open({ appSecret: "wrong-secret-value" }).probe(never);
    expect(JSON.stringify([problems, stage.log])).not.toContain("wrong-secret-value");
  });
});
