import { afterEach, describe, expect, test } from "vitest";
import { type SetUp, type Stage, botId, connected, newKey, never, recorder, serving, setUp, until } from "./account.ts";

let stage: Stage;
afterEach(() => stage.close());

async function start(options: SetUp = {}) {
  stage = await setUp(options);
  const { emulator } = stage;
  const ann = emulator.user("Ann");
  return { emulator, ann, chat: emulator.directChat(ann, botId) };
}

const open = () => stage.emulator.connections(botId).filter(({ state }) => state !== "open");
const subscriptions = () => inFrames("aibot_subscribe").length;
const inFrames = (cmd: string) =>
  stage.emulator
    .frames()
    .filter(({ direction, frame }) => direction === "in" && (frame as { cmd?: string }).cmd === cmd);

describe("connecting", () => {
  test("says where it stands, and closes when it is stopped", async () => {
    await start();
    const { inbound, stop } = await connected(stage.channel);
    expect(inbound.states).toEqual([{ state: "connecting" }, { state: "connected" }]);
    expect(await stop()).toBe("stopped");
    await until(() => stage.emulator.connections().length === 0, "closed");
  });

  test("a platform that never answers the subscription is a failure, not a wait", async () => {
    const { emulator } = await start({ timing: { subscribeMs: 500 } });
    emulator.inject({ on: "subscribe", action: "silent" });
    const inbound = recorder();
    expect(await serving(stage.channel, inbound).ended).toMatchObject({
      code: "WECOM_SUBSCRIBE_SILENT",
      outcome: "not-sent",
      retryAfterMs: 1_000,
    });
    expect(inbound.states.at(-1)).toMatchObject({ state: "disconnected", retryInMs: 1_000 });
    await until(() => emulator.connections().length === 0, "no socket is left");
  });

  test.each([
    ["hang", "WECOM_UNREACHABLE"],
    ["reset", "WECOM_UNREACHABLE"],
    [{ status: 503 }, "WECOM_UNREACHABLE"],
  ] as const)("an upgrade that goes wrong (%j) is told", async (action, code) => {
    const { emulator } = await start(action === "hang" ? { timing: { connectMs: 500 } } : {});
    emulator.inject({ on: "upgrade", action });
    expect(await serving(stage.channel, recorder()).ended).toMatchObject({ code, outcome: "not-sent" });
  });

  test("connecting too often is paced by the platform's own measure", async () => {
    const { emulator } = await start();
    emulator.inject({ on: "subscribe", action: { errcode: 45009, errmsg: "api freq out of limit" } });
    const error = await serving(stage.channel, recorder()).ended;
    expect(error).toMatchObject({ code: "WECOM_SUBSCRIBE_LIMITED", outcome: "not-sent", retryAfterMs: 60_000 });
  });

  test.each([853000, 853006, 600041])("errcode %i means wrong credentials", async (errcode) => {
    const { emulator } = await start();
    emulator.inject({ on: "subscribe", action: { errcode, errmsg: "invalid secret" } });
    expect(await serving(stage.channel, recorder()).ended).toMatchObject({ outcome: "bad-credentials" });
    await until(() => emulator.connections().length === 0, "no socket is left");
  });

  test("a rotated secret shows at the next connection, and the new one works", async () => {
    const { emulator } = await start();
    const first = await connected(stage.channel);
    emulator.rotateSecret(botId, "another-secret");
    emulator.dropConnections({ mode: "reset" });
    expect(await first.ended).toMatchObject({ code: "WECOM_LINK_LOST" });
    expect(await serving(stage.channel, recorder()).ended).toMatchObject({ outcome: "bad-credentials" });
    const renewed = await connected(stage.open({ secret: "another-secret" }));
    expect(await renewed.stop()).toBe("stopped");
  });

  test("stopping while it connects stops", async () => {
    const { emulator } = await start();
    emulator.inject({ on: "subscribe", action: "silent" });
    const link = serving(stage.channel, recorder());
    await until(() => subscriptions() === 1, "asked");
    expect(await link.stop()).toBe("stopped");
    await until(() => emulator.connections().length === 0, "no socket is left");
  });
});

describe("losing the connection", () => {
  test.each(["close", "reset"] as const)("shows at once (%s), with the least pause before the next", async (mode) => {
    const { emulator } = await start({ account: { reconnectIntervalS: 12 } });
    const { inbound, ended } = await connected(stage.channel);
    emulator.dropConnections({ mode });
    expect(await ended).toMatchObject({ code: "WECOM_LINK_LOST", outcome: "not-sent", retryAfterMs: 12_000 });
    expect(inbound.states.at(-1)).toMatchObject({ state: "disconnected", retryInMs: 12_000 });
  });

  test("pings that nobody answers show that it is dead", async () => {
    const { emulator } = await start({ account: { pingIntervalS: 1 } });
    const { ended } = await connected(stage.channel);
    emulator.dropConnections({ mode: "half-open" });
    expect(await ended).toMatchObject({ code: "WECOM_LINK_SILENT" });
  });

  test("answered pings keep it", async () => {
    await start({ account: { pingIntervalS: 1 } });
    const { ended, stop } = await connected(stage.channel);
    await until(() => inFrames("ping").length >= 2, "two pings");
    await stop();
    expect(await ended).toBe("stopped");
  });

  test.each([0, "never"] as const)(
    "being replaced is a conflict, and no fight (closed after: %s)",
    async (closeAfterMs) => {
      const { emulator } = await start();
      const { inbound, ended } = await connected(stage.channel);
      emulator.kick(botId, { closeAfterMs });
      expect(await ended).toMatchObject({ code: "WECOM_KICKED", outcome: "conflict" });
      expect(inbound.states.at(-1)).toMatchObject({ state: "connected" });
      const send = stage.channel.send(
        { idempotencyKey: newKey(), to: "Ann", content: { type: "text", text: "hi" } },
        never,
      );
      await expect(send).rejects.toMatchObject({ code: "WECOM_NOT_CONNECTED", outcome: "not-sent" });
      expect(await stage.channel.probe(never)).toMatchObject({ ok: false, problems: [{ code: "WECOM_KICKED" }] });
      expect(subscriptions()).toBe(1);
    },
  );

  test("a connection that no longer counts as the bot's is given up", async () => {
    const { emulator, chat } = await start();
    const { ended } = await connected(stage.channel);
    emulator.inject({ cmd: "aibot_send_msg", times: 1, action: { errcode: 846609, errmsg: "not subscribed" } });
    const send = stage.channel.send(
      { idempotencyKey: newKey(), to: chat.chatId, content: { type: "text", text: "hi" } },
      never,
    );
    await expect(send).rejects.toMatchObject({ code: "WECOM_NOT_SUBSCRIBED", outcome: "not-sent" });
    expect(await ended).toMatchObject({ code: "WECOM_NOT_SUBSCRIBED", retryAfterMs: 1_000 });
  });
});

describe("what comes in", () => {
  test("three quick messages arrive in order, and a redelivered one is known by its id", async () => {
    const { emulator, ann, chat } = await start();
    const { inbound } = await connected(stage.channel);
    const said = ["one", "two", "three"].map((text) => emulator.say(chat, ann, text));
    await until(() => inbound.events.length === 3, "three");
    expect(inbound.events.map(({ text }) => text)).toEqual(["one", "two", "three"]);
    emulator.redeliver(said[1]?.msgId ?? "");
    await until(() => inbound.accepted.length === 4, "again");
    expect(inbound.accepted.at(-1)).toBe("duplicate");
  });

  test("what could not be stored is tried until it is, in order", async () => {
    const { emulator, ann, chat } = await start();
    const { inbound, stop } = await connected(stage.channel);
    inbound.failing = true;
    emulator.say(chat, ann, "first");
    await until(() => stage.log.some(({ message }) => message.includes("could not be stored")), "refused");
    emulator.say(chat, ann, "second");
    inbound.failing = false;
    await until(() => inbound.events.length === 2, "both");
    expect(inbound.events.map(({ text }) => text)).toEqual(["first", "second"]);
    await stop();
  });

  test("what could not be stored outlives its connection, and goes before what the next one brings", async () => {
    const { emulator, ann, chat } = await start({ emulator: { unsubscribed: "keep" } });
    const first = await connected(stage.channel);
    first.inbound.failing = true;
    emulator.say(chat, ann, "over the first");
    await until(() => stage.log.some(({ message }) => message.includes("could not be stored")), "refused");
    emulator.dropConnections({ mode: "reset" });
    await first.ended;
    const second = await connected(stage.channel);
    emulator.say(chat, ann, "over the second");
    await until(() => second.inbound.events.length === 2, "both");
    expect(second.inbound.events.map(({ text }) => text)).toEqual(["over the first", "over the second"]);
    await second.stop();
  });

  test("what comes before the platform says goodbye as well is stored", async () => {
    const { emulator, ann, chat } = await start();
    const { inbound, stop } = await connected(stage.channel);
    emulator.say(chat, ann, "just in time");
    await stop();
    expect(inbound.events.map(({ text }) => text)).toEqual(["just in time"]);
  });

  test("what comes is stored also when it is stopped before it knows that it is subscribed", async () => {
    const { emulator, ann, chat } = await start({ emulator: { ackDelayMs: 200 } });
    const inbound = recorder();
    const { stop } = serving(stage.channel, inbound);
    await until(() => subscriptions() === 1, "asked");
    emulator.say(chat, ann, "at once");
    expect(await stop()).toBe("stopped");
    expect(inbound.events.map(({ text }) => text)).toEqual(["at once"]);
  });

  test("a stop lets an answer end that is on its way", async () => {
    const { emulator, ann, chat } = await start({ emulator: { ackDelayMs: 200 } });
    const { stop } = await connected(stage.channel);
    emulator.directChat(ann, botId, { spoken: true });
    const content = { type: "text", text: "on its way" } as const;
    const onItsWay = stage.channel.send({ idempotencyKey: newKey(), to: `user:${ann.userId}`, content }, never);
    await until(() => inFrames("aibot_send_msg").length === 1, "asked");
    expect(await stop()).toBe("stopped");
    expect((await onItsWay).messageId).not.toBe("");
    expect(emulator.shows(chat).map(({ text }) => text)).toEqual(["on its way"]);
  });

  test("what comes while a send has connected for itself is stored once the account is served", async () => {
    const { emulator, ann, chat } = await start({ emulator: { unsubscribed: "keep" } });
    emulator.directChat(ann, botId, { spoken: true });
    emulator.say(chat, ann, "before you served");
    const message = {
      idempotencyKey: newKey(),
      to: `user:${ann.userId}`,
      content: { type: "text", text: "hi" },
    } as const;
    await stage.channel.send(message, never);
    const { inbound, stop } = await connected(stage.channel);
    await until(() => inbound.events.length === 1, "stored");
    expect(inbound.events.map(({ text }) => text)).toEqual(["before you served"]);
    await stop();
  });

  test("nothing strange disturbs it", async () => {
    const { emulator, ann, chat } = await start();
    const { inbound } = await connected(stage.channel);
    emulator.emitRaw(botId, new Uint8Array([1, 2, 3]));
    emulator.emitRaw(botId, '{"half":');
    emulator.emitRaw(botId, "[]");
    emulator.emit(botId, "never_seen_cmd", { x: 1 });
    emulator.emit(botId, "aibot_event_callback", { msgid: "e", event: { eventtype: "enter_check_update" } });
    emulator.emit(botId, "ping");
    emulator.inject({ on: "callback", times: 1, action: "control-chars" });
    emulator.say(chat, ann, "a\nb\tc");
    emulator.inject({ on: "callback", times: 1, action: { padBytes: 1_000_000 } });
    emulator.say(chat, ann, "large");
    emulator.say(chat, ann, { type: "hologram", content: {} });
    await until(() => inbound.events.length === 3, "three");
    expect(inbound.events.map(({ text }) => text)).toEqual(["a\nb\tc", "large", "[unsupported message: hologram]"]);
    expect(inFrames("pong")).toHaveLength(1);
  });

  test("every kind of message says what it can", async () => {
    const { emulator, ann, chat } = await start();
    const { inbound } = await connected(stage.channel);
    const first = emulator.say(chat, ann, "the plan");
    emulator.say(chat, ann, { type: "voice", text: "spoken words" });
    emulator.say(chat, ann, { type: "mixed", items: ["look:", { type: "image" }] });
    emulator.say(chat, ann, "what of it?", { quote: first.msgId });
    await until(() => inbound.events.length === 4, "four");
    expect(inbound.events.map(({ text, attachments }) => [text, attachments?.map(({ kind }) => kind)])).toEqual([
      ["the plan", undefined],
      ["spoken words", undefined],
      ["look:", ["image"]],
      ["> the plan\n\nwhat of it?", undefined],
    ]);
  });

  test("in a group the mention is cut out", async () => {
    const { emulator, ann } = await start({
      emulator: { bots: [{ botId, secret: "emulator-secret", name: "Loong Bot" }] },
    });
    const group = emulator.group("ops", [ann], [botId]);
    const { inbound } = await connected(stage.open({ botName: "Loong Bot" }));
    emulator.say(group, ann, "status?", { mentions: [botId] });
    emulator.say(group, ann, "so @Loong Bot what now", { mentions: [botId] });
    await until(() => inbound.events.length === 2, "two");
    expect(inbound.events).toMatchObject([
      {
        text: "status?",
        addressed: true,
        conversation: { id: group.chatId, type: "group" },
        sender: { id: ann.userId },
      },
      { text: "so what now" },
    ]);
  });

  test("a click on a card is an action", async () => {
    const { emulator, ann, chat } = await start();
    const { inbound } = await connected(stage.channel);
    emulator.say(chat, ann, "hello");
    await until(() => inbound.events.length === 1, "heard");
    const card = {
      card_type: "button_interaction",
      main_title: { title: "Deploy?" },
      button_list: [{ text: "Yes", key: "yes" }],
      task_id: "task-1",
    };
    await stage.channel.send(
      { idempotencyKey: newKey(), to: chat.chatId, content: { type: "card", card, fallbackText: "Deploy?" } },
      never,
    );
    const shown = emulator.shows(chat).at(-1);
    expect(shown).toMatchObject({ type: "template_card", from: { kind: "bot" } });
    emulator.clickCard(ann, shown?.messageId ?? "", { eventKey: "yes", selected: { when: ["now"] } });
    await until(() => inbound.events.length === 2, "clicked");
    expect(inbound.events[1]).toMatchObject({
      kind: "action",
      conversation: { id: chat.chatId, type: "direct" },
      sender: { id: ann.userId },
      text: '[card action: yes {"when":["now"]}]',
      action: { cardMessageId: "task-1", value: "yes", formValues: { when: ["now"] } },
    });
  });
});

describe("greeting", () => {
  test("who opens the chat is greeted once", async () => {
    const { emulator, ann, chat } = await start({ account: { welcomeText: "你好，我是小龙。" } });
    const { inbound } = await connected(stage.channel);
    emulator.enterChat(ann, botId);
    const { text } = await emulator.waitFor(chat, ({ from }) => from.kind === "bot");
    expect(text).toBe("你好，我是小龙。");
    const [entered] = emulator.callbacks();
    emulator.redeliver(entered?.msgId ?? "");
    emulator.say(chat, ann, "hello");
    await until(() => inbound.events.length === 1, "after");
    expect(inFrames("aibot_respond_welcome_msg")).toHaveLength(1);
  });

  test("without a text nobody is", async () => {
    const { emulator, ann, chat } = await start();
    const { inbound } = await connected(stage.channel);
    emulator.enterChat(ann, botId);
    emulator.say(chat, ann, "hello");
    await until(() => inbound.events.length === 1, "after");
    expect(inFrames("aibot_respond_welcome_msg")).toHaveLength(0);
  });
});

describe("without serving", () => {
  const say = (text: string) =>
    stage.channel.send({ idempotencyKey: newKey(), to: "user:Ann", content: { type: "text", text } }, never);

  test("a send connects for itself, once for several, and hangs up", async () => {
    const { emulator, ann } = await start();
    emulator.directChat(ann, botId, { spoken: true });
    const to = `user:${ann.userId}`;
    for (const text of ["one", "two"]) {
      await stage.channel.send({ idempotencyKey: newKey(), to, content: { type: "text", text } }, never);
    }
    expect(subscriptions()).toBe(1);
    await until(() => emulator.connections().length === 0, "hung up");
  });

  test("a message that comes meanwhile is told in the log", async () => {
    const { emulator, ann, chat } = await start({ emulator: { unsubscribed: "keep" } });
    emulator.say(chat, ann, "anybody there?");
    await stage.channel.probe(never);
    await until(() => stage.log.some(({ level }) => level === "warn"), "told");
    expect(stage.log.map(({ message }) => message).join()).not.toContain("anybody there?");
  });

  test("serving takes the connection over without cutting a send off", async () => {
    const { emulator, ann } = await start({ emulator: { ackDelayMs: 100 } });
    emulator.directChat(ann, botId, { spoken: true });
    const sending = stage.channel.send(
      { idempotencyKey: newKey(), to: `user:${ann.userId}`, content: { type: "text", text: "hi" } },
      never,
    );
    const { stop } = await connected(stage.channel);
    expect((await sending).messageId).not.toBe("");
    expect(open()).toHaveLength(1);
    await stop();
  });

  test("a wrong secret is told by the send and by the probe", async () => {
    await start({ account: { secret: "wrong-secret" } });
    await expect(say("hi")).rejects.toMatchObject({ outcome: "bad-credentials" });
    expect(await stage.channel.probe(never)).toMatchObject({
      ok: false,
      problems: [{ code: "WECOM_CREDENTIALS_REJECTED" }],
    });
    await until(() => stage.emulator.connections().length === 0, "no socket is left");
  });
});

test("while serving, a probe asks over the served connection", async () => {
  await start();
  const { stop } = await connected(stage.channel);
  expect(await stage.channel.probe(never)).toMatchObject({ ok: true, identity: { id: botId } });
  expect(subscriptions()).toBe(1);
  await stop();
});
