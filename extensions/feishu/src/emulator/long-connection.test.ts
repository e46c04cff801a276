import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createStillClock } from "@loong/emulator-kit";
import { officialClient, officialListener, until, type Listener } from "../../test/emulator/official-sdk.ts";
import {
  DEFAULT_APP,
  startFeishuEmulator,
  type ChatHandle,
  type EmulatorOptions,
  type FeishuEmulator,
} from "./index.ts";

const APP = DEFAULT_APP.appId;
const HOUR_MS = 3_600_000;

let emulator: FeishuEmulator;
let direct: ChatHandle;
let ops: ChatHandle;
const listeners: Listener[] = [];

async function start(options: EmulatorOptions = {}): Promise<void> {
  emulator = await startFeishuEmulator({ clock: createStillClock(), ...options });
  direct = emulator.directChat(emulator.user("Ada"), APP);
  ops = emulator.group("Ops", ["Ada"], [APP]);
}
async function listen(
  ...args: Parameters<typeof officialListener> extends [string, ...infer Rest] ? Rest : never
): Promise<Listener> {
  const listener = await officialListener(emulator.url, ...args);
  listeners.push(listener);
  await until(() => emulator.connections().every((connection) => connection.ready));
  return listener;
}

beforeEach(() => start());
afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.close();
  await emulator.close();
});

const attempts = () =>
  emulator
    .deliveries()
    .at(-1)
    ?.attempts.map((attempt) => attempt.outcome);

describe("an event", () => {
  test("reaches the official client and is acknowledged", async () => {
    const listener = await listen();
    const { eventId, messageId } = emulator.say(direct, "Ada", "hello");
    await until(() => emulator.deliveries()[0]?.state === "acknowledged");
    expect(listener.received).toMatchObject([
      {
        event_id: eventId,
        sender: { sender_id: { open_id: emulator.user("Ada").openId }, sender_type: "user" },
        message: { message_id: messageId, chat_type: "p2p", message_type: "text", content: '{"text":"hello"}' },
      },
    ]);
    expect(emulator.deliveries()[0]?.attempts).toMatchObject([
      { via: "long-connection", outcome: "acknowledged", status: 200 },
    ]);
  });

  test("names who is mentioned, with the id this app knows", async () => {
    const listener = await listen();
    emulator.say(ops, "Ada", "hey @Loong", { mentions: [APP] });
    await until(() => listener.received.length === 1);
    const { message } = listener.received[0] as { message: { content: string; mentions: object[] } };
    expect(message.content).toBe('{"text":"hey @_user_1"}');
    expect(message.mentions).toMatchObject([
      { key: "@_user_1", mentioned_type: "bot", id: { open_id: emulator.app(APP).botOpenId } },
    ]);
  });

  test("tells of threads, new topics, recalls and the bot's own reactions", async () => {
    const listener = await listen();
    const root = emulator.say(ops, "Ada", "root").messageId;
    const { threadId } = emulator.say(ops, "Ada", "in thread", { threadOf: root });
    const topics = emulator.group("Topics", ["Ada"], [APP], { topics: true });
    emulator.say(topics, "Ada", "a topic");
    await officialClient(emulator.url).im.messageReaction.create({
      path: { message_id: root },
      data: { reaction_type: { emoji_type: "OK" } },
    });
    emulator.recall(root);
    await until(() => listener.received.length === 5);
    const [, reply, topic, reaction, recalled] = listener.received;
    expect(reply).toMatchObject({ message: { root_id: root, parent_id: root, thread_id: threadId } });
    expect(topic).toMatchObject({ message: { thread_id: expect.stringMatching(/^omt_/), chat_type: "group" } });
    expect(topic?.["message"]).not.toHaveProperty("root_id");
    expect(reaction).toMatchObject({ operator_type: "app", app_id: APP });
    expect(recalled).toMatchObject({ message_id: root, recall_type: "message_owner" });
  });

  test("goes to one of several clients", async () => {
    const clients = [await listen(), await listen()];
    for (let number = 0; number < 40; number++) emulator.say(direct, "Ada", `m${number}`);
    await until(() => emulator.deliveries().every((delivery) => delivery.state === "acknowledged"));
    const [first = 0, second = 0] = clients.map((one) => one.received.length);
    expect(first + second).toBe(40);
    expect(Math.min(first, second)).toBeGreaterThan(0);
  });

  test("is kept from apps without the permission", async () => {
    const quiet = { ...DEFAULT_APP, appId: "cli_00000000000000b1", scopes: ["im:message.group_at_msg:readonly"] };
    emulator.addApp(quiet);
    const group = emulator.group("Both", ["Ada"], [quiet.appId]);
    expect(emulator.say(group, "Ada", "not for you").eventIds).toEqual({});
    expect(emulator.say(group, "Ada", "for you", { mentions: [quiet.appId] }).eventIds).toHaveProperty(quiet.appId);
    expect(emulator.say(group, "Ada", "for @all").eventIds).toHaveProperty(quiet.appId);
    expect(emulator.say(emulator.directChat("Ada", quiet.appId), "Ada", "direct").eventIds).toEqual({});
  });
});

describe("redelivery", () => {
  test("follows the schedule with the same event id when nobody listens", async () => {
    const { eventId } = emulator.say(direct, "Ada", "anybody?");
    expect(attempts()).toEqual(["no-connection"]);
    for (const wait of [15_000, 300_000, HOUR_MS]) emulator.advance(wait);
    expect(attempts()).toHaveLength(4);
    const listener = await listen();
    emulator.advance(6 * HOUR_MS);
    await until(() => listener.received.length === 1);
    expect(listener.received[0]?.["event_id"]).toBe(eventId);
  });

  test("ends after four repetitions", () => {
    emulator.say(direct, "Ada", "anybody?");
    for (let hours = 0; hours < 30; hours++) emulator.advance(HOUR_MS);
    expect(attempts()).toHaveLength(5);
    expect(emulator.deliveries()[0]?.state).toBe("given-up");
  });

  test("comes when a handler throws, and when it is too slow", async () => {
    let calls = 0;
    await listen({
      "im.message.receive_v1": async () => {
        calls += 1;
        if (calls === 1) throw new Error("no");
        if (calls === 2) await new Promise((resolve) => setTimeout(resolve, 100));
      },
    });
    emulator.say(direct, "Ada", "try");
    await until(() => attempts()?.[0] === "refused");
    emulator.advance(15_000);
    await until(() => calls === 2);
    emulator.advance(3000);
    expect(attempts()?.[1]).toBe("timeout");
    emulator.advance(300_000);
    await until(() => emulator.deliveries()[0]?.state === "acknowledged");
  });

  test("can be asked for, under the same id or a new one", async () => {
    const listener = await listen();
    const { eventId, messageId } = emulator.say(direct, "Ada", "again");
    emulator.redeliver(eventId);
    emulator.redeliver(eventId, { newEventId: "fresh" });
    await until(() => listener.received.length === 3);
    expect(listener.received.map((event) => event["event_id"])).toEqual([eventId, eventId, "fresh"]);
    expect(listener.received.map((event) => (event["message"] as { message_id: string }).message_id)).toEqual([
      messageId,
      messageId,
      messageId,
    ]);
  });
});

describe("a click on a card", () => {
  const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "before" }] } };
  const after = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "after" }] } };
  async function sendCard(): Promise<string> {
    const data = { receive_id: ops.chatId, msg_type: "interactive", content: JSON.stringify(card) };
    const sent = await officialClient(emulator.url).im.message.create({ params: { receive_id_type: "chat_id" }, data });
    return sent.data?.message_id ?? "";
  }

  test("shows the toast and the card that the handler answered", async () => {
    const listener = await listen({
      "card.action.trigger": async () => ({
        toast: { type: "success", content: "Done" },
        card: { type: "raw", data: after },
      }),
    });
    const messageId = await sendCard();
    const result = await emulator.clickCard("Ada", messageId, { value: { go: 1 } });
    expect(result).toMatchObject({
      toast: { type: "success", content: "Done" },
      cardChanged: true,
      errorCode: undefined,
    });
    expect(emulator.shows(ops)[0]?.text).toBe("after");
    expect(listener.received[0]).toMatchObject({
      action: { value: { go: 1 }, tag: "button" },
      context: { open_message_id: messageId },
    });
  });

  test("shows 200340 when nobody listens, 200671 when the handler throws, and never comes twice", async () => {
    const messageId = await sendCard();
    expect((await emulator.clickCard("Ada", messageId, {})).errorCode).toBe(200340);
    const listener = await listen({ "card.action.trigger": () => Promise.reject(new Error("no")) });
    expect((await emulator.clickCard("Ada", messageId, {})).errorCode).toBe(200671);
    emulator.advance(10 * HOUR_MS);
    expect(listener.received).toHaveLength(1);
  });

  test("gives a token for two later updates", async () => {
    await listen();
    const { token } = await emulator.clickCard("Ada", await sendCard(), {});
    const update = () =>
      officialClient(emulator.url).request<{ code: number }>({
        method: "POST",
        url: "/open-apis/interactive/v1/card/update",
        data: { token, card: after },
      });
    await expect(update()).resolves.toMatchObject({ code: 0 });
    expect(emulator.shows(ops)[0]?.text).toBe("after");
    await expect(update()).resolves.toMatchObject({ code: 0 });
    await expect(update()).rejects.toMatchObject({ response: { data: { code: 10002 } } });
  });
});

describe("the endpoint", () => {
  const ask = async (secret = DEFAULT_APP.appSecret) => {
    const body = JSON.stringify({ AppID: APP, AppSecret: secret });
    const response = await fetch(`${emulator.url}/callback/ws/endpoint`, { method: "POST", body });
    return (await response.json()) as { code: number; data: { URL: string } };
  };
  const refusal = async (url: string) => {
    const socket = new WebSocket(url);
    const [, response] = (await once(socket, "unexpected-response")) as [
      unknown,
      { statusCode: number; headers: Record<string, string> },
    ];
    return response;
  };

  test("gives a ticket for one connection, and the service id not first", async () => {
    const { URL: url } = (await ask()).data;
    expect([...new URL(url).searchParams.keys()].indexOf("service_id")).toBeGreaterThan(0);
    const socket = new WebSocket(url);
    await once(socket, "open");
    const { headers } = await refusal(url);
    expect(headers).toMatchObject({ "handshake-status": "514" });
    socket.terminate();
  });

  test("refuses a wrong secret, the wrong cloud, and the 51st connection", async () => {
    expect((await ask("x")).code).toBe(1000040345);
    await expect(officialListener(emulator.url, {}, { ...DEFAULT_APP, appSecret: "x" })).rejects.toThrow("1000040345");
    const sockets: WebSocket[] = [];
    while (sockets.length < 50) sockets.push(new WebSocket((await ask()).data.URL));
    await until(() => emulator.connections(APP).length === 50);
    expect((await ask()).code).toBe(1000040350);
    for (const socket of sockets) socket.terminate();
    await emulator.close();
    await start({ domain: "lark" });
    expect((await ask()).code).toBe(1000040351);
  }, 60_000);

  test("can refuse the upgrade the way the platform does", async () => {
    emulator.inject({
      on: "upgrade",
      action: { refuse: { status: 514, autherrcode: 1000040350, message: "exceeded" } },
    });
    const { headers } = await refusal((await ask()).data.URL);
    expect(headers).toMatchObject({
      "handshake-status": "514",
      "handshake-msg": "exceeded",
      "handshake-autherrcode": "1000040350",
    });
  });
});

describe("a lost connection", () => {
  test.each(["close", "terminate"] as const)("after %s the official client comes back", async (mode) => {
    const listener = await listen();
    expect(emulator.dropConnections({ mode })).toBe(1);
    await until(() => listener.reconnects() === 1);
    const { eventId } = emulator.say(direct, "Ada", "still there?");
    await until(() => listener.received.length === 1);
    expect(listener.received[0]).toMatchObject({ event_id: eventId });
  });

  test("half open: nothing arrives, nothing is acknowledged, and it still looks connected", async () => {
    const listener = await listen();
    emulator.dropConnections({ mode: "half-open" });
    emulator.say(direct, "Ada", "into the void");
    emulator.advance(3000);
    expect(attempts()).toEqual(["timeout"]);
    expect(listener.received).toHaveLength(0);
    expect(emulator.connections()).toMatchObject([{ halfOpen: true }]);
  });

  test("an answer to pings can be left out or be wrong", async () => {
    await emulator.close();
    await start({ clientConfig: { PingInterval: 1 } });
    emulator.inject({
      on: "ping",
      times: 1,
      action: { pong: { ReconnectCount: 1, ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: 1 } },
    });
    emulator.inject({ on: "ping", nth: 2, action: "swallow" });
    const listener = await listen();
    await until(() => (emulator.connections()[0]?.pings ?? 0) >= 3, 6000);
    expect(listener.client.getConnectionStatus().state).toBe("connected");
  });
});

describe("a wrong delivery", () => {
  test("in pieces, in any order, reaches the client whole", async () => {
    await emulator.close();
    await start({ fragmentBytes: 100 });
    const listener = await listen();
    emulator.say(direct, "Ada", "long ".repeat(200));
    emulator.inject({ on: "event", action: { fragments: { parts: 3, order: [2, 0, 1] } } });
    emulator.say(direct, "Ada", "turned around");
    await until(() => emulator.deliveries().every(({ state }) => state === "acknowledged"));
    expect(listener.received).toHaveLength(2);
  });

  test.each([
    ["a missing piece", { fragments: { parts: 3, order: [0, 2] } }],
    ["a wrong sum", { fragments: { parts: 1, sum: 0 } }],
    ["a card frame", "card-frame"],
    ["nothing", "drop"],
  ] as const)("%s is not acknowledged, and mended by the next attempt", async (_name, action) => {
    const listener = await listen();
    emulator.inject({ on: "event", times: 1, action });
    emulator.say(direct, "Ada", "broken once");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(listener.received).toHaveLength(0);
    emulator.advance(3000);
    emulator.advance(15_000);
    await until(() => emulator.deliveries()[0]?.state === "acknowledged");
    expect(listener.received).toHaveLength(1);
  });

  test("is doubled once, however often nobody takes it", async () => {
    emulator.inject({ on: "event", action: "duplicate-new-id" });
    emulator.say(direct, "Ada", "hello");
    for (let attempt = 0; attempt < 5; attempt += 1) emulator.advance(8 * HOUR_MS);
    expect(emulator.deliveries().map(({ state }) => state)).toEqual(["given-up", "given-up"]);
  });

  test("twice, or behind garbage, arrives all the same", async () => {
    const listener = await listen();
    emulator.inject({ on: "event", times: 1, action: "duplicate" });
    emulator.say(direct, "Ada", "twice");
    await until(() => listener.received.length === 2);
    emulator.inject({ on: "event", times: 1, action: "garbage" });
    emulator.say(direct, "Ada", "behind garbage");
    await until(() => emulator.deliveries().every(({ state }) => state === "acknowledged"));
    expect(listener.received).toHaveLength(3);
  });

  test("in the same tick as the upgrade is lost, and mended by redelivery", async () => {
    const { eventId } = emulator.say(direct, "Ada", "too early");
    emulator.inject({ on: "upgrade", times: 1, action: "same-tick" });
    const listener = await listen();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(listener.received).toHaveLength(0);
    emulator.advance(3000);
    emulator.advance(300_000);
    await until(() => listener.received.length === 1);
    expect(listener.received[0]?.["event_id"]).toBe(eventId);
  });
});
