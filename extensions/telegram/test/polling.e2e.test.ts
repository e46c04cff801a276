import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ChatHandle, DEFAULT_BOT, type EmulatorOptions, type UserHandle } from "@loong/telegram/emulator";
import type { TelegramAccount } from "@loong/telegram";
import {
  type Stage,
  botId,
  botToken,
  connected,
  defaults,
  newKey,
  never,
  recorder,
  serving,
  setUp,
  until,
} from "./account.ts";

let stage: Stage;
let ann: UserHandle;
let chat: ChatHandle;
const closers: (() => unknown)[] = [];

async function stageWith(options: EmulatorOptions = {}, changes: Partial<TelegramAccount> = {}) {
  await stage?.close();
  stage = await setUp(options, changes);
  ann = stage.emulator.user("Ann");
  chat = stage.emulator.directChat(ann, botToken);
}
beforeEach(() => stageWith());
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await stage.close();
});

async function serve(inbound = recorder(), channel = stage.channel) {
  const link = serving(channel, inbound);
  closers.push(link.stop);
  await connected(inbound);
  return { inbound, link };
}

const calls = (method: string) => stage.emulator.requests().filter((request) => request.method === method);
const texts = (inbound: ReturnType<typeof recorder>) => inbound.events.map(({ text }) => text);
const isConfirmed = (updateId: number) =>
  stage.emulator.updates(botToken).some((update) => update.updateId === updateId && update.confirmed);

describe("updates", () => {
  test("come in order and are confirmed once they are stored, with the cursor", async () => {
    const { inbound } = await serve();
    const said = ["one", "two", "three"].map((words) => stage.emulator.say(chat, ann, words));
    await until(() => inbound.events.length === 3, "three events");
    expect(texts(inbound)).toEqual(["one", "two", "three"]);
    expect(inbound.events[0]).toMatchObject({
      eventId: `${botId}:${said[0]?.updateId}`,
      messageId: `${chat.chatId}:${said[0]?.messageId}:${botId}`,
    });
    await until(() => isConfirmed(said[2]?.updateId ?? 0), "confirmed");
    expect(JSON.parse(inbound.stored ?? "")).toMatchObject({
      botId: String(botId),
      offset: (said[2]?.updateId ?? 0) + 1,
    });
  });

  test("that a process stored and did not confirm come again and are known", async () => {
    const inbound = recorder();
    const first = await serve(inbound);
    inbound.afterStore = async () => void first.link.stop();
    const { updateId } = stage.emulator.say(chat, ann, "once");
    expect(await first.link.ended).toBe("stopped");
    expect(isConfirmed(updateId)).toBe(false);
    inbound.afterStore = undefined;
    // The process died before its cursor could be used: the next one has only the ids to know the message by.
    inbound.stored = undefined;
    await serve(inbound, stage.open());
    await until(() => isConfirmed(updateId), "confirmed");
    expect(inbound.accepted).toEqual(["stored", "duplicate"]);
  });

  test("that could not be stored are asked for until they are, and the log says so once", async () => {
    const { inbound } = await serve();
    inbound.failing = true;
    const { updateId } = stage.emulator.say(chat, ann, "hard to keep");
    await until(() => stage.log.some(({ level }) => level === "warn"), "the failure is told");
    await until(() => calls("getUpdates").length >= 4, "asked again");
    expect(isConfirmed(updateId)).toBe(false);
    inbound.failing = false;
    await until(() => inbound.events.length === 1, "stored");
    expect(stage.log.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  test("of kinds there is no answer to are passed over, and not asked for", async () => {
    const { inbound } = await serve();
    const { messageId } = stage.emulator.say(chat, ann, "first words");
    await until(() => inbound.events.length === 1, "heard");
    stage.emulator.edit(chat, messageId, "other words");
    stage.emulator.say(chat, ann, "next");
    await until(() => inbound.events.length === 2, "heard");
    expect(texts(inbound)).toEqual(["first words", "next"]);
    expect(calls("getUpdates")[0]?.params).toMatchObject({ allowed_updates: ["message", "callback_query"] });
  });

  test("go on after their ids were counted anew from lower ones", async () => {
    const { inbound } = await serve();
    const { updateId } = stage.emulator.say(chat, ann, "before");
    await until(() => isConfirmed(updateId), "confirmed");
    stage.clock.nowMs = Date.now() + 7 * 24 * 3_600_000;
    stage.emulator.advance(60_000);
    stage.emulator.restartUpdateIds(botToken, 1_000);
    stage.emulator.say(chat, ann, "after");
    await until(() => texts(inbound).includes("after"), "heard after the new start", 20_000);
    stage.emulator.say(chat, ann, "and on");
    await until(() => texts(inbound).includes("and on"), "heard on");
    expect(texts(inbound)).toEqual(["before", "after", "and on"]);
  });
});

describe("the cursor", () => {
  test("of another bot in the same place is not used, and its messages are new, though they are counted from 1 as well", async () => {
    const inbound = recorder();
    const first = await serve(inbound);
    stage.emulator.say(chat, ann, "to the first");
    await until(() => inbound.events.length === 1, "heard");
    await first.link.stop();
    const other = stage.emulator.addBot({
      token: "777777:second-bot-token-CCCCCCCCCCCCCCCCCCCCC",
      username: "second_bot",
      name: "Second",
    });
    stage.emulator.restartUpdateIds(other, 5);
    stage.emulator.say(stage.emulator.directChat(ann, other), ann, "to the second");
    await serve(inbound, stage.open({ botToken: other.token }));
    await until(() => inbound.events.length === 2, "heard by the second");
    expect(JSON.parse(inbound.stored ?? "")).toMatchObject({ botId: "777777", offset: 6 });
  });

  test("stays when the same bot gets a new token", async () => {
    const inbound = recorder();
    const first = await serve(inbound);
    stage.emulator.say(chat, ann, "before");
    await until(() => inbound.events.length === 1, "heard");
    await first.link.stop();
    const token = "123456:rotated-token-DDDDDDDDDDDDDDDDDDDDDDDDD";
    stage.emulator.rotateToken(botToken, token);
    expect(await serving(stage.open(), inbound).ended).toMatchObject({ outcome: "bad-credentials" });
    stage.emulator.say(stage.emulator.directChat(ann, token), ann, "after");
    await serve(inbound, stage.open({ botToken: token }));
    await until(() => inbound.events.length === 2, "heard with the new token");
    expect(texts(inbound)).toEqual(["before", "after"]);
  });
});

describe("the connection", () => {
  test("a poll that is never answered is given up, though sends still work", async () => {
    await stageWith({}, { pollingTimeoutS: 1 });
    const { inbound, link } = await serve();
    stage.emulator.inject({ path: "getUpdates", action: "hang" });
    await stage.channel.send(
      { idempotencyKey: newKey(), to: String(chat.chatId), content: { type: "text", text: "still here" } },
      never,
    );
    expect(await link.ended).toMatchObject({ code: "TELEGRAM_POLL_STALLED", outcome: "not-sent" });
    expect(inbound.states.at(-1)).toEqual({ state: "connected" });
  }, 30_000);

  test("is not called connected before a poll was answered", async () => {
    stage.emulator.inject({ path: "getUpdates", times: 1, action: { slowMs: 5_000 } });
    const inbound = recorder();
    closers.push(serving(stage.channel, inbound).stop);
    await until(() => calls("getUpdates").length === 1, "asked");
    expect(inbound.states).toEqual([{ state: "connecting" }]);
    stage.emulator.advance(5_000);
    await connected(inbound);
  });

  test("another poller is a conflict that is waited out, and the account lives", async () => {
    const { inbound, link } = await serve();
    await until(() => stage.emulator.isPolling(botToken), "polling");
    stage.emulator.secondPoller(botToken);
    await until(() => inbound.states.at(-1)?.state === "disconnected", "the conflict is told");
    expect(inbound.states.at(-1)).toMatchObject({
      reason: expect.stringContaining("TELEGRAM_CONFLICT"),
      retryInMs: 5_000,
    });
    stage.emulator.say(chat, ann, "after the conflict");
    await until(() => inbound.events.length === 1, "heard again", 15_000);
    expect(inbound.states.at(-1)).toEqual({ state: "connected" });
    expect(await link.stop()).toBe("stopped");
  }, 30_000);

  test("a webhook that is set is removed once, with nothing dropped", async () => {
    stage.emulator.say(chat, ann, "waiting");
    const set = { url: "https://elsewhere.example/hook" };
    await fetch(`${stage.emulator.url}/bot${botToken}/setWebhook?url=${encodeURIComponent(set.url)}`);
    const { inbound } = await serve();
    await until(() => inbound.events.length === 1, "heard");
    expect(calls("deleteWebhook")).toHaveLength(1);
    expect(stage.emulator.webhookInfo(botToken).url).toBe("");
  });

  test.each([
    ["a proxy's page", "html", { code: "TELEGRAM_BAD_ANSWER" }],
    ["a server error", { status: 500, description: "Internal Server Error" }, { code: "TELEGRAM_SERVER_ERROR" }],
    ["a broken socket", "reset-before", { code: "TELEGRAM_NO_ANSWER" }],
    ["half an answer", "truncated", { name: "LoongError" }],
    ["a rate limit", { retryAfterSeconds: 4 }, { code: "TELEGRAM_RATE_LIMITED", retryAfterMs: 4_000 }],
  ] as const)("%s ends it with a reason, for the supervisor", async (_what, action, error) => {
    stage.emulator.inject({ path: "getUpdates", times: 1, action });
    const inbound = recorder();
    expect(await serving(stage.channel, inbound).ended).toMatchObject(error);
    await serve(inbound);
  });

  test("a server that answers empty polls at once is not asked without end", async () => {
    stage.emulator.inject({ path: "getUpdates", action: { status: 200, body: { ok: true, result: [] } } });
    await serve();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(calls("getUpdates").length).toBeLessThanOrEqual(22);
  });

  test("ends at once when it is told to", async () => {
    const { link } = await serve();
    await until(() => stage.emulator.isPolling(botToken), "polling");
    const startedAtMs = performance.now();
    expect(await link.stop()).toBe("stopped");
    expect(performance.now() - startedAtMs).toBeLessThan((defaults.pollingTimeoutS * 1_000) / 2);
  });

  test("a token that is none names itself in no error and no log line", async () => {
    const [id, secret = ""] = DEFAULT_BOT.token.split(":");
    await stage.emulator.close();
    const error = await serving(stage.channel, recorder()).ended;
    expect(error).toMatchObject({ code: "TELEGRAM_UNREACHABLE", outcome: "not-sent" });
    const all = `${String(error)} ${JSON.stringify(error)} ${String((error as Error).cause)} ${JSON.stringify(stage.log)}`;
    expect(all).not.toContain(secret);
    expect(id).toBe(String(botId));
  });
});

describe("in groups", () => {
  test("mentions are taken out and topics are threads", async () => {
    const forum = stage.emulator.group("dev", [ann], [botToken], { forum: true });
    const { threadId } = stage.emulator.topic(forum, "releases");
    const { inbound } = await serve();
    stage.emulator.say(forum, ann, "@loong_bot ship it", { mentions: [botToken], threadId });
    await until(() => inbound.events.length === 1, "heard");
    expect(inbound.events[0]).toMatchObject({
      text: "ship it",
      addressed: true,
      conversation: { id: String(forum.chatId), type: "group", threadId: String(threadId), title: "dev" },
    });
  });

  test("an answer to the bot is addressed to it", async () => {
    const group = stage.emulator.group("ops", [ann], [botToken]);
    const { inbound } = await serve();
    const receipt = await stage.channel.send(
      { idempotencyKey: newKey(), to: String(group.chatId), content: { type: "text", text: "question?" } },
      never,
    );
    stage.emulator.say(group, ann, "yes", { replyTo: Number(receipt.messageId.split(":")[1]) });
    await until(() => inbound.events.length === 1, "heard");
    expect(inbound.events[0]).toMatchObject({ text: "yes", addressed: true, inReplyTo: receipt.messageId });
  });

  test("a button press is an action, and its button stops spinning", async () => {
    const { inbound } = await serve();
    const card = {
      text: "Deploy?",
      reply_markup: { inline_keyboard: [[{ text: "Yes", callback_data: "deploy:yes" }]] },
    };
    const { messageId } = await stage.channel.send(
      { idempotencyKey: newKey(), to: String(chat.chatId), content: { type: "card", card, fallbackText: "Deploy?" } },
      never,
    );
    const answer = await stage.emulator.press(ann, chat, Number(messageId.split(":")[1]), "deploy:yes");
    expect(answer).toMatchObject({ answered: true });
    expect(inbound.events).toMatchObject([
      {
        kind: "action",
        text: "[card action Yes: deploy:yes]",
        action: { cardMessageId: messageId, value: "deploy:yes" },
      },
    ]);
  });

  test("a group that became a supergroup is answered under its new id, and the log names both", async () => {
    const group = stage.emulator.group("small", [ann], [botToken], { type: "group" });
    const { inbound } = await serve();
    stage.emulator.say(group, ann, "@loong_bot hi", { mentions: [botToken] });
    await until(() => inbound.events.length === 1, "heard");
    const now = stage.emulator.migrate(group);
    await until(() => stage.log.some(({ fields }) => fields?.["to"] === now.chatId), "the migration is told");
    await stage.channel.send(
      {
        idempotencyKey: newKey(),
        to: String(group.chatId),
        inReplyTo: inbound.events[0]!.messageId,
        content: { type: "text", text: "moved" },
      },
      never,
    );
    expect(stage.emulator.shows(now).at(-1)).toMatchObject({ text: "moved" });
  });
});

test("the command menu is filled, and does without where the server does not know it", async () => {
  const channel = stage.open({ commandsMenu: true });
  await serve(recorder(), channel);
  await until(() => calls("setMyCommands").length === 1, "set");
  expect(calls("setMyCommands")[0]?.params["commands"]).toMatchObject([
    { command: "new" },
    { command: "reset" },
    { command: "stop" },
  ]);
  stage.emulator.inject({ path: "setMyCommands", action: { status: 500, body: {} } });
  await serve(recorder(), stage.open({ commandsMenu: true }));
  await until(() => stage.log.some(({ message }) => message.includes("command menu")), "noted");
});
