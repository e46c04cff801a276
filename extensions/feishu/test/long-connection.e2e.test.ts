import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { type Stage, appId, appSecret, recorder, serving, setUp, until } from "./account.ts";

let stage: Stage;
afterEach(() => stage.close());

const isConnected = (inbound: ReturnType<typeof recorder>) => inbound.states.at(-1)?.state === "connected";

async function connect(options: Parameters<typeof setUp>[0] = {}) {
  stage = await setUp({ clientConfig: { PingInterval: 1 }, ...options });
  const inbound = recorder();
  const link = serving(stage.channel, inbound);
  await until(() => isConnected(inbound), "connected");
  return { emulator: stage.emulator, inbound, link };
}

describe("a long connection", () => {
  test("says what the operator waits for, in this order", async () => {
    const { link, inbound } = await connect();
    await link.stop();
    const lines = stage.log.filter(({ level }) => level === "info").map(({ message }) => message);
    expect(lines).toEqual([
      `[lark] [default] starting Lark provider (${appId}) in websocket mode`,
      "[ws] ws connect success",
      "[ws] ws client ready",
    ]);
    expect(inbound.states.map(({ state }) => state)).toEqual(["connecting", "connected"]);
  });

  test("hands over what people say and acknowledges it", async () => {
    const { emulator, inbound, link } = await connect();
    const ann = emulator.user("Ann");
    const said = emulator.say(emulator.directChat(ann, appId), ann, "hello");
    await until(() => emulator.deliveries()[0]?.state === "acknowledged", "acknowledged");
    expect(inbound.events).toMatchObject([
      { eventId: said.eventId, messageId: said.messageId, text: "hello", addressed: true, sender: { id: ann.openId } },
    ]);
    expect(await link.stop()).toBe("stopped");
  });

  test("knows in a group whether it is meant", async () => {
    const { emulator, inbound, link } = await connect();
    const ann = emulator.user("Ann");
    const ben = emulator.user("Ben");
    const group = emulator.group("ops", [ann, ben], [appId]);
    emulator.say(group, ann, "@Loong status? ask @Ben", { mentions: [appId, ben] });
    emulator.say(group, ann, "just talking");
    emulator.say(group, ann, "@all lunch");
    await until(() => inbound.events.length === 3, "three events");
    const byText = new Map(inbound.events.map(({ text, addressed }) => [text, addressed]));
    expect(byText).toEqual(
      new Map([
        ["status? ask @Ben", true],
        ["just talking", false],
        ["@all lunch", false],
      ]),
    );
    await link.stop();
  });

  test("does not acknowledge what could not be stored, and takes it when it comes again", async () => {
    const { emulator, inbound, link } = await connect({ redeliveryDelaysMs: [200, 200, 200] });
    const ann = emulator.user("Ann");
    inbound.failing = true;
    emulator.say(emulator.directChat(ann, appId), ann, "keep this");
    await until(
      () => (emulator.deliveries()[0]?.attempts.filter(({ outcome }) => outcome === "refused").length ?? 0) > 0,
      "refused",
    );
    inbound.failing = false;
    await until(() => emulator.deliveries()[0]?.state === "acknowledged", "acknowledged");
    expect(inbound.events).toMatchObject([{ text: "keep this" }]);
    await link.stop();
  });

  test("hands over duplicates with the ids that tell them", async () => {
    const { emulator, inbound, link } = await connect();
    emulator.inject({ on: "event", action: "duplicate", nth: 1 });
    emulator.inject({ on: "event", action: "duplicate-new-id", nth: 2 });
    const ann = emulator.user("Ann");
    const chat = emulator.directChat(ann, appId);
    emulator.say(chat, ann, "one");
    emulator.say(chat, ann, "two");
    await until(() => inbound.accepted.length === 4, "four deliveries");
    expect(inbound.accepted.toSorted()).toEqual(["duplicate", "duplicate", "stored", "stored"]);
    await link.stop();
  });

  test("takes messages in several frames, in any order", async () => {
    const { emulator, inbound, link } = await connect({ fragmentBytes: 200 });
    emulator.inject({ on: "event", nth: 2, action: { fragments: { parts: 3, order: [2, 0, 1] } } });
    const ann = emulator.user("Ann");
    const chat = emulator.directChat(ann, appId);
    emulator.say(chat, ann, "长".repeat(1_000));
    emulator.say(chat, ann, "short");
    await until(() => inbound.events.length === 2, "both");
    expect(inbound.events.map(({ text }) => text.length).toSorted((a, b) => a - b)).toEqual([5, 1_000]);
    await link.stop();
  });

  test("is not disturbed by what it cannot use", async () => {
    const { emulator, inbound, link } = await connect();
    const ann = emulator.user("Ann");
    const chat = emulator.directChat(ann, appId);
    emulator.inject({ on: "event", action: "garbage", nth: 1 });
    emulator.inject({ on: "event", action: "card-frame", nth: 2 });
    emulator.say(chat, ann, { type: "text", content: "no json" });
    emulator.say(chat, ann, "lost in a card frame");
    emulator.enterChat(chat, ann);
    emulator.emit(appId, "never.seen_v9", { x: 1 });
    emulator.say(chat, ann, { type: "hologram", content: {} });
    emulator.say(chat, ann, "still here", { twist: { userIdNull: true, withoutMentions: true } });
    await until(() => inbound.events.length === 2, "the last two");
    expect(inbound.events.map(({ text }) => text)).toEqual(["[unsupported message: hologram]", "still here"]);
    await link.stop();
  });

  test("answers clicks on cards in time, and knows which chats are private", async () => {
    const { emulator, inbound, link } = await connect();
    const ann = emulator.user("Ann");
    const card = {
      schema: "2.0",
      config: { update_multi: true },
      body: { elements: [{ tag: "markdown", content: "?" }] },
    };
    const content = { type: "card", card, fallbackText: "?" } as const;
    const group = emulator.group("ops", [ann], [appId]);
    for (const chat of [emulator.directChat(ann, appId), group]) {
      const { messageId } = await stage.channel.send(
        { to: chat.chatId, content, idempotencyKey: chat.chatId.slice(0, 40) },
        new AbortController().signal,
      );
      const click = { value: { approve: true } };
      expect(await emulator.clickCard(ann, messageId, click)).toMatchObject({
        errorCode: undefined,
        cardChanged: false,
      });
    }
    expect(inbound.events).toMatchObject([
      { kind: "action", addressed: true, conversation: { type: "direct" }, action: { value: { approve: true } } },
      { kind: "action", addressed: true, conversation: { type: "group", id: group.chatId } },
    ]);
    await link.stop();
  });

  test("waits for events under way when it stops", async () => {
    const { emulator, inbound, link } = await connect();
    inbound.delayMs = 200;
    const ann = emulator.user("Ann");
    emulator.say(emulator.directChat(ann, appId), ann, "last words");
    await until(() => stage.log.some(({ message }) => message.includes("receive message")), "received");
    expect(await link.stop()).toBe("stopped");
    await until(() => emulator.deliveries()[0]?.state === "acknowledged", "acknowledged");
  });
});

describe("a lost connection", () => {
  test("ends serve at once with the reason, and the next serve connects again", async () => {
    const { emulator, inbound, link } = await connect({ redeliveryDelaysMs: [200, 200, 200] });
    emulator.dropConnections();
    expect(await link.ended).toMatchObject({ code: "FEISHU_LINK_LOST", hint: expect.any(String) });
    const ann = emulator.user("Ann");
    emulator.say(emulator.directChat(ann, appId), ann, "while away");
    const again = serving(stage.channel, inbound);
    await until(() => isConnected(inbound), "connected again");
    await until(() => inbound.events.length === 1, "the message from between");
    await again.stop();
    const starts = stage.log.filter(
      ({ level, message }) => level === "info" && message.includes("starting Lark provider"),
    );
    expect(starts).toHaveLength(1);
  });

  test("is noticed when it is only half open", async () => {
    const { emulator, link } = await connect();
    emulator.inject({ on: "ping", action: "swallow" });
    expect(await link.ended).toMatchObject({ code: "FEISHU_LINK_LOST", hint: expect.any(String) });
  }, 30_000);

  test.runIf(process.platform === "linux")("is tried by the system long before its next ping", async () => {
    const { emulator, link } = await connect({ clientConfig: { PingInterval: 120 } });
    const port = Number(new URL(emulator.url).port);
    await until(() => timersOfSocketsTo(port).every((timer) => timer === KEEP_ALIVE), "tried");
    expect(timersOfSocketsTo(port).length).toBeGreaterThan(0);
    await link.stop();
  });

  test("a server that sends no ping interval does not make it run wild", async () => {
    stage = await setUp({ clientConfig: { PingInterval: 1 } });
    stage.emulator.inject({ on: "ping", action: { pong: {} } });
    const link = serving(stage.channel, recorder());
    expect(await link.ended).toMatchObject({ code: "FEISHU_LINK_FAILED" });
    const pings = stage.emulator.connections().reduce((sum, one) => sum + one.pings, 0);
    expect(pings).toBeLessThan(60);
  });

  test("a pong without content is a sign of life too", async () => {
    stage = await setUp({ clientConfig: { PingInterval: 1 } });
    stage.emulator.inject({ on: "ping", action: { pong: "" } });
    const inbound = recorder();
    const link = serving(stage.channel, inbound);
    await until(() => isConnected(inbound), "connected", 15_000);
    expect(await link.stop()).toBe("stopped");
  }, 30_000);
});

/** Of /proc/net/tcp: the socket waits for the time to try its connection (https://docs.kernel.org/networking/proc_net_tcp.html). */
const KEEP_ALIVE = "02";

function timersOfSocketsTo(port: number): readonly (string | undefined)[] {
  const [_heading, ...rows] = readFileSync("/proc/net/tcp", "utf8").trim().split("\n");
  const columns = rows.map((row) => row.trim().split(/\s+/));
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const isOpen = ([, , remote, state]: readonly string[]) => remote?.endsWith(`:${hex}`) === true && state === "01";
  return columns.filter(isOpen).map(([, , , , , timer]) => timer?.slice(0, 2));
}

describe("a connection that is refused", () => {
  const refusals: readonly (readonly [string, unknown, object])[] = [
    ["busy", { code: 1, msg: "system busy", data: {} }, { code: "FEISHU_LINK_BUSY", outcome: undefined }],
    ["busy, without data", { code: 1, msg: "system busy" }, { code: "FEISHU_LINK_BUSY" }],
    ["an internal error", { code: 1000040343, msg: "internal error", data: {} }, { code: "FEISHU_LINK_BUSY" }],
    [
      "too many connections",
      { code: 1000040350, msg: "exceed", data: {} },
      { code: "FEISHU_LINK_LIMIT", outcome: "conflict" },
    ],
    [
      "a wrong secret",
      { code: 1000040345, msg: "invalid" },
      { code: "FEISHU_CREDENTIALS_REJECTED", outcome: "bad-credentials" },
    ],
    [
      "the wrong cloud",
      { code: 1000040351, msg: "domain", data: {} },
      { code: "FEISHU_CREDENTIALS_REJECTED", outcome: "bad-credentials" },
    ],
    [
      "refused login",
      { code: 514, msg: "auth failed", data: null },
      { code: "FEISHU_CREDENTIALS_REJECTED", outcome: "bad-credentials" },
    ],
  ];
  test.each(refusals)("says why: %s", async (_what, body, expected) => {
    stage = await setUp();
    stage.emulator.inject({ path: "/callback/ws/endpoint", action: { status: 200, body } });
    const inbound = recorder();
    const link = serving(stage.channel, inbound);
    expect(await link.ended).toMatchObject(expected);
    // The rejection carries reason and hint; a report before it would have only the reason.
    expect(inbound.states.map(({ state }) => state)).toEqual(["connecting"]);
  });

  test.each(["html", "empty", "truncated", "reset-before"] as const)("ends on %s from the endpoint", async (action) => {
    stage = await setUp();
    stage.emulator.inject({ path: "/callback/ws/endpoint", action });
    expect(await serving(stage.channel, recorder()).ended).toMatchObject({ name: "LoongError" });
  });

  test("ends when the socket is refused", async () => {
    stage = await setUp();
    stage.emulator.inject({ on: "upgrade", action: { refuse: { status: 403 } } });
    expect(await serving(stage.channel, recorder()).ended).toMatchObject({ code: "FEISHU_LINK_FAILED" });
  });

  test("ends with bad credentials for a wrong secret and for an id of the wrong form", async () => {
    stage = await setUp();
    const wrong = stage.open({ appSecret: "wrong-secret-value" });
    expect(await serving(wrong, recorder()).ended).toMatchObject({
      code: "FEISHU_CREDENTIALS_REJECTED",
      outcome: "bad-credentials",
    });
    const { appId: _id, ...rest } = stage.account;
    const none = stage.open({ ...rest, appId: "" });
    expect(await serving(none, recorder()).ended).toMatchObject({
      code: "FEISHU_APP_ID_MISSING",
      outcome: "bad-credentials",
    });
  });
});

test("no secret, ticket or message is in any line of the log", async () => {
  const { emulator, inbound, link } = await connect();
  const ann = emulator.user("Ann");
  inbound.failing = true;
  emulator.say(emulator.directChat(ann, appId), ann, "a very private matter");
  await until(() => emulator.deliveries()[0]?.attempts[0]?.outcome === "refused", "refused");
  emulator.dropConnections();
  await link.ended;
  const written = JSON.stringify(stage.log);
  for (const secret of [appSecret, "a very private matter", "ws://", "ticket", "access_key", "Bearer"]) {
    expect(written).not.toContain(secret);
  }
  expect(stage.log.length).toBeGreaterThan(5);
});

test("closing the channel ends serve as well", async () => {
  const { link, emulator } = await connect();
  await stage.channel.close();
  expect(await link.ended).toBe("stopped");
  await until(() => emulator.connections().length === 0, "no connection left");
});
