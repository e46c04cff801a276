import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { createStillClock } from "@loong/emulator-kit";
import { rawClient, until, wordsOf, type RawClient } from "../../test/emulator/raw-client.ts";
import { DEFAULT_BOT, startWecomEmulator, type EmulatorOptions, type WecomEmulator } from "./index.ts";

const BOT = DEFAULT_BOT.botId;
let emulator: WecomEmulator;

async function start(options: EmulatorOptions = {}): Promise<void> {
  await emulator?.close();
  emulator = await startWecomEmulator({ clock: createStillClock(), ...options });
  emulator.directChat(emulator.user("Ada"), BOT);
}
async function client(): Promise<RawClient> {
  const connected = await rawClient(emulator);
  await connected.subscribe();
  return connected;
}
const states = () => emulator.connections().map(({ state }) => state);

beforeEach(() => start());
afterEach(() => emulator.close());

describe("a subscription", () => {
  test("needs the right secret, and a refusal leaves the socket open", async () => {
    const raw = await rawClient(emulator);
    expect(await raw.subscribe({ botId: BOT, secret: "wrong" })).toMatchObject({ errcode: 853000 });
    expect(await raw.subscribe({ botId: "aib_nobody", secret: "x" })).toMatchObject({ errcode: 853000 });
    expect(await raw.ask("ping")).toMatchObject({ errcode: 0 });
    expect(await raw.ask("aibot_send_msg", {})).toMatchObject({ errcode: 846609 });
    expect(await raw.subscribe()).toMatchObject({ errcode: 0, errmsg: "ok" });
    expect(emulator.connections()).toMatchObject([{ botId: BOT, state: "subscribed", pings: 1 }]);
  });

  test("is refused with 45009 when it comes too often, and again later", async () => {
    await start({ subscribesPerMinute: 2 });
    const raw = await rawClient(emulator);
    const codes = [await raw.subscribe(), await raw.subscribe(), await raw.subscribe()].map(({ errcode }) => errcode);
    expect(codes).toEqual([0, 0, 45009]);
    emulator.advance(60_000);
    expect(await raw.subscribe()).toMatchObject({ errcode: 0 });
  });

  test("of a newer client makes a zombie of the older one, which closes later", async () => {
    await start({ closeAfterKickMs: 30_000 });
    const old = await client();
    await client();
    const event = await old.callback();
    expect(event).toMatchObject({
      cmd: "aibot_event_callback",
      body: { aibotid: BOT, msgtype: "event", event: { eventtype: "disconnected_event" } },
    });
    expect(event.body).not.toHaveProperty("from");
    expect(states()).toEqual(["zombie", "subscribed"]);
    expect(await old.ask("ping")).toMatchObject({ errcode: 0 });
    expect(await old.ask("aibot_send_msg", {})).toMatchObject({ errcode: 846609 });
    expect(old.closed()).toBeUndefined();
    emulator.advance(30_000);
    await until(() => old.closed() === 1000);
    expect(states()).toEqual(["subscribed"]);
  });

  test("of a stranger closes the connection at once, late or never, and takes the callbacks", async () => {
    const first = await client();
    emulator.kick(BOT, { closeAfterMs: 0 });
    await until(() => first.closed() === 1000);
    const { msgId } = emulator.say("Ada", "Ada", "for whom?");
    expect(emulator.callbacks()).toMatchObject([{ msgId, deliveries: [{ outcome: "outsider" }] }]);
    const second = await client();
    emulator.kick(BOT, { closeAfterMs: "never", stays: false });
    await second.callback();
    emulator.advance(3_600_000);
    expect(await second.ask("ping")).toMatchObject({ errcode: 0 });
    emulator.say("Ada", "Ada", "kept");
    const third = await client();
    expect((await third.callback()).body).toMatchObject({ text: { content: "kept" } });
  });

  test("outlives a new secret, which only the next one needs", async () => {
    const raw = await client();
    emulator.rotateSecret(BOT, "new-secret");
    emulator.say("Ada", "Ada", "still there?");
    await raw.callback();
    const next = await rawClient(emulator);
    expect(await next.subscribe()).toMatchObject({ errcode: 853000 });
    expect(await next.subscribe({ botId: BOT, secret: "new-secret" })).toMatchObject({ errcode: 0 });
  });
});

describe("a callback", () => {
  test("waits for the next subscription, in order, and comes after its acknowledgement", async () => {
    const said = ["one", "two"].map((text) => emulator.say("Ada", "Ada", text));
    const raw = await client();
    await raw.callback(2);
    expect(raw.received[0]).toMatchObject({ errcode: 0 });
    expect(raw.callbacks().map(({ headers }) => headers.req_id)).toEqual(said.map(({ reqId }) => reqId));
    expect(emulator.callbacks()[0]?.deliveries.map(({ outcome }) => outcome)).toEqual(["kept", "delivered"]);
  });

  test("is not written into a connection that is saying goodbye", async () => {
    await client();
    emulator.dropConnections();
    emulator.say("Ada", "Ada", "behind the goodbye");
    const next = await client();
    expect((await next.callback()).body).toMatchObject({ text: { content: "behind the goodbye" } });
  });

  test("is lost instead when the platform is set to drop it", async () => {
    await start({ unsubscribed: "drop" });
    emulator.say("Ada", "Ada", "lost");
    const raw = await client();
    emulator.say("Ada", "Ada", "found");
    expect((await raw.callback()).body).toMatchObject({ text: { content: "found" } });
  });

  test("can come again: the same msgid under another req_id", async () => {
    const raw = await client();
    const { msgId, reqId } = emulator.say("Ada", "Ada", "twice");
    const again = emulator.redeliver(msgId);
    const frames = [await raw.callback(1), await raw.callback(2)];
    expect(frames.map(({ headers }) => headers.req_id)).toEqual([reqId, again]);
    expect(frames[0]?.body).toEqual(frames[1]?.body);
    expect(() => emulator.redeliver("nothing")).toThrow(expect.objectContaining({ code: "WECOM_EMULATOR_NOT_FOUND" }));
  });

  test.for([
    ["drop", 0],
    ["duplicate", 2],
    [{ delayMs: 500 }, 1],
  ] as const)("can be hit by %j", async ([action, times]) => {
    const raw = await client();
    emulator.inject({ on: "callback", type: "text", action, times: 1 });
    emulator.say("Ada", "Ada", "hit");
    emulator.advance(500);
    emulator.say("Ada", "Ada", "after");
    await until(() => raw.callbacks().some((frame) => wordsOf(frame) === "after"));
    const hits = raw.callbacks().filter((frame) => wordsOf(frame) === "hit");
    expect(hits).toHaveLength(times);
    expect(new Set(hits.map(({ headers }) => headers.req_id)).size).toBe(times);
  });

  test("comes again after a reconnect, or breaks the connection", async () => {
    const first = await client();
    emulator.inject({ on: "callback", action: "redeliver", times: 1 });
    emulator.inject({ on: "callback", action: "close-after", nth: 2 });
    const { msgId } = emulator.say("Ada", "Ada", "again");
    emulator.say("Ada", "Ada", "and out");
    await until(() => first.closed() !== undefined);
    expect(first.closed()).toBe(1006);
    const second = await client();
    expect((await second.callback()).body).toMatchObject({ msgid: msgId });
  });

  test("may be hard to read", async () => {
    const raw = await client();
    emulator.inject({ on: "callback", action: "control-chars", nth: 1 });
    emulator.inject({ on: "callback", action: "malformed-first", nth: 2 });
    emulator.inject({ on: "callback", action: { padBytes: 1_000_000 }, nth: 3 });
    const binary: boolean[] = [];
    raw.socket.on("message", (_data, isBinary) => binary.push(isBinary));
    for (const text of ["line one\nline two", "b", "c"]) emulator.say("Ada", "Ada", text);
    emulator.inject({ on: "callback", action: "binary" });
    emulator.say("Ada", "Ada", "d");
    await raw.callback(3);
    expect(raw.noise[0]).toContain("line one\nline two");
    expect(raw.noise[0]).toContain("\u0007");
    expect(raw.noise[1]?.startsWith('{"cmd":"aibot_msg_callback"')).toBe(true);
    expect(raw.callbacks()[1]?.body?.["padding"]).toHaveLength(1_000_000);
    expect(binary).toEqual([false, false, false, false, true]);
  });
});

describe("a connection", () => {
  test.for([
    ["close", 1012, 1012],
    ["close", undefined, 1000],
    ["reset", undefined, 1006],
  ] as const)("can be dropped by %s with %s", async ([mode, closeCode, seen]) => {
    const raw = await client();
    expect(emulator.dropConnections({ mode, ...(closeCode === undefined ? {} : { closeCode }) })).toBe(1);
    await until(() => raw.closed() === seen);
    await until(() => emulator.connections().length === 0);
  });

  test("can be half-open: nothing gets through in either direction", async () => {
    const raw = await client();
    emulator.dropConnections({ mode: "half-open", bot: BOT });
    raw.send("ping");
    emulator.say("Ada", "Ada", "anybody?");
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(raw.received).toHaveLength(1);
    expect(emulator.connections()).toMatchObject([{ state: "subscribed", halfOpen: true, pings: 0 }]);
    const next = await client();
    emulator.say("Ada", "Ada", "now");
    expect((await next.callback()).body).toMatchObject({ text: { content: "now" } });
  });

  test.for(["hang", "reset", { status: 503 }] as const)("may be refused: %j", async (action) => {
    emulator.inject({ on: "upgrade", action, times: 1 });
    const socket = new WebSocket(emulator.websocketUrl, action === "hang" ? { handshakeTimeout: 100 } : {});
    const error = await new Promise<Error>((resolve) => socket.once("error", resolve));
    const said = { hang: /timed out/, reset: /ECONNRESET|hang up/ };
    expect(error.message).toMatch(typeof action === "string" ? said[action] : /503/);
    await client();
  });

  test("may get anything at all from the platform", async () => {
    const raw = await client();
    const pingId = emulator.emit(BOT, "ping");
    emulator.emit(BOT, "aibot_new_callback", { anything: 1 }, { reqId: "mine" });
    emulator.emitRaw(BOT, "{not json");
    await until(() => raw.noise.length === 1);
    expect(raw.received.slice(1)).toEqual([
      { cmd: "ping", headers: { req_id: pingId } },
      { cmd: "aibot_new_callback", headers: { req_id: "mine" }, body: { anything: 1 } },
    ]);
    raw.socket.send(JSON.stringify({ cmd: "pong", headers: { req_id: pingId } }));
    expect(await raw.ask("toString", {})).toMatchObject({ errcode: 40058 });
  });

  test("shows all of its frames, but no secret", async () => {
    const raw = await client();
    raw.socket.send("no json");
    await raw.ask("ping");
    const frames = emulator.frames();
    expect(frames.map(({ direction }) => direction)).toEqual(["in", "out", "in", "in", "out"]);
    expect(frames[0]?.frame).toMatchObject({ cmd: "aibot_subscribe", body: { bot_id: BOT, secret: "***" } });
    expect(frames[2]?.frame).toBe("no json");
    emulator.clearFrames();
    expect(emulator.frames()).toEqual([]);
  });
});
