import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { rawClient, until, type Frame, type RawClient } from "../../test/emulator/raw-client.ts";
import { createFaults } from "./faults.ts";
import { DEFAULT_BOT, startWecomEmulator, type FrameFaultAction, type WecomEmulator } from "./index.ts";

const BOT = DEFAULT_BOT.botId;
const RESPOND = "aibot_respond_msg";
let emulator: WecomEmulator;
let raw: RawClient;
let reqId: string;

beforeEach(async () => {
  emulator = await startWecomEmulator({ clock: createStillClock() });
  emulator.directChat(emulator.user("Ada"), BOT);
  raw = await rawClient(emulator);
  await raw.subscribe();
  reqId = emulator.say("Ada", "Ada", "hi").reqId;
  await raw.callback();
});
afterEach(() => emulator.close());

const frame = (content: string, finish = false) => ({ msgtype: "stream", stream: { id: "s", content, finish } });
const send = (content: string, finish = false) => raw.send(RESPOND, frame(content, finish), reqId);
const ask = (content: string, finish = false): Promise<Frame> => raw.ask(RESPOND, frame(content, finish), reqId);
const answerText = () => emulator.shows("Ada")[1]?.text;
const acks = () => raw.received.filter(({ cmd, headers }) => cmd === undefined && headers.req_id === reqId);
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

describe("which frames a fault hits", () => {
  const errcode = { errcode: -1 } as const;
  const hits = (fault: Parameters<ReturnType<typeof createFaults>["inject"]>[0], times = 4) => {
    const faults = createFaults(() => 0.5);
    faults.inject(fault);
    const text = (): string => '{"finish":true}';
    return Array.from({ length: times }, () => faults.frame({ cmd: RESPOND, botId: BOT, text }) !== undefined);
  };

  test.for([
    [{ cmd: RESPOND, action: errcode }, [true, true, true, true]],
    [{ cmd: "*", nth: 2, action: errcode }, [false, true, false, false]],
    [{ cmd: "*", nth: 2, times: 2, action: errcode }, [false, true, true, false]],
    [{ cmd: "*", times: 1, action: errcode }, [true, false, false, false]],
    [{ cmd: "*", probability: 0.4, action: errcode }, [false, false, false, false]],
    [{ cmd: "*", contains: '"finish":true', times: 1, action: errcode }, [true, false, false, false]],
    [{ cmd: "*", contains: '"finish":false', action: errcode }, [false, false, false, false]],
    [{ cmd: "*", botId: "aib_other", action: errcode }, [false, false, false, false]],
    [{ cmd: "ping", action: errcode }, [false, false, false, false]],
    [{ on: "ping", action: errcode }, [false, false, false, false]],
  ] as const)("%j", ([fault, expected]) => {
    expect(hits(fault)).toEqual(expected);
  });

  test("`*` leaves subscriptions and pings alone, which have a name of their own", () => {
    const faults = createFaults(Math.random);
    faults.inject({ cmd: "*", action: "silent" });
    const subscription = { cmd: "aibot_subscribe", botId: BOT, text: () => "" };
    expect(faults.frame(subscription)).toBeUndefined();
    const id = faults.inject({ on: "subscribe", action: "silent" });
    expect(faults.frame(subscription)).toBe("silent");
    expect(faults.list()).toMatchObject([{ applied: 0 }, { id, applied: 1 }]);
    faults.remove(id);
    expect(faults.frame(subscription)).toBeUndefined();
  });
});

describe("a reply", () => {
  test.for([6000, 846604, 846605, 846607, 846608, 846609, 45033, -1])("may be refused with %i", async (errcode) => {
    emulator.inject({ cmd: RESPOND, nth: 2, action: { errcode } });
    expect(await ask("a")).toMatchObject({ errcode: 0 });
    expect(await ask("ab")).toMatchObject({ errcode, errmsg: expect.stringMatching(/\w/) });
    expect(answerText()).toBe("a");
  });

  test("may be refused although it was taken", async () => {
    emulator.inject({ cmd: RESPOND, action: { errcode: 6000, errmsg: "mine", after: true } });
    expect(await ask("shown", true)).toMatchObject({ errcode: 6000, errmsg: "mine" });
    expect(answerText()).toBe("shown");
  });

  test.for([
    ["silent", 0, undefined],
    ["drop-ack", 0, "final"],
    ["duplicate-ack", 2, "final"],
    ["close-before", 0, undefined],
    ["close-after", 0, "final"],
    [{ closeCode: 1011 }, 0, undefined],
    [{ closeCode: 1001, after: true }, 0, "final"],
  ] as const)("%j: acknowledged %i times, shows %s", async ([action, times, text]) => {
    emulator.inject({ cmd: RESPOND, contains: '"finish":true', action });
    send("final", true);
    await until(() => answerText() === text && acks().length === times && raw.closed() === closeCodeOf(action));
    await settled();
    expect(acks()).toHaveLength(times);
    expect(answerText()).toBe(text);
    expect(raw.closed()).toBe(closeCodeOf(action));
  });

  function closeCodeOf(action: FrameFaultAction): number | undefined {
    if (typeof action === "object") return "closeCode" in action ? action.closeCode : undefined;
    return action.startsWith("close") ? 1006 : undefined;
  }

  test("acknowledged late leaves the next frame's answer behind it", async () => {
    emulator.inject({ cmd: RESPOND, nth: 1, action: { lateMs: 6000 } });
    emulator.inject({ cmd: RESPOND, nth: 2, action: { errcode: 846608 } });
    send("first");
    await until(() => answerText() === "first");
    await settled();
    expect(acks()).toEqual([]);
    send("final", true);
    emulator.advance(6000);
    await until(() => acks().length === 2);
    expect(acks().map(({ errcode }) => errcode)).toEqual([0, 846608]);
  });

  test("that is slow keeps its req_id busy", async () => {
    emulator.inject({ cmd: RESPOND, nth: 1, action: { slowMs: 5000 } });
    send("slow");
    send("meanwhile");
    await until(() => acks().length === 1);
    expect(acks()).toMatchObject([{ errcode: 6000 }]);
    expect(answerText()).toBeUndefined();
    emulator.advance(5000);
    await until(() => acks().length === 2);
    expect(answerText()).toBe("slow");
    expect(await ask("free again")).toMatchObject({ errcode: 0 });
  });

  test("may be acknowledged in a way nobody can read, or in a binary frame", async () => {
    emulator.inject({ cmd: RESPOND, nth: 1, action: "malformed-ack" });
    emulator.inject({ cmd: RESPOND, nth: 2, action: "binary-ack" });
    send("a");
    await until(() => raw.noise.length === 1);
    expect(await ask("ab")).toMatchObject({ errcode: 0 });
  });
});

describe("a subscription or a ping", () => {
  test("may get no answer", async () => {
    emulator.inject({ on: "subscribe", action: "silent", times: 1 });
    emulator.inject({ on: "ping", action: "silent" });
    const other = await rawClient(emulator);
    other.send("aibot_subscribe", { bot_id: BOT, secret: DEFAULT_BOT.secret });
    raw.send("ping");
    await until(() => emulator.frames().filter(({ direction }) => direction === "in").length === 3);
    await settled();
    expect(other.received).toEqual([]);
    expect(emulator.connections()).toMatchObject([{ state: "subscribed", pings: 0 }, { state: "open" }]);
    emulator.clearFaults();
    expect(await other.subscribe()).toMatchObject({ errcode: 0 });
  });

  test.for([853000, 45009])("may be refused with %i", async (errcode) => {
    emulator.inject({ on: "subscribe", action: { errcode }, times: 1 });
    const other = await rawClient(emulator);
    expect(await other.subscribe()).toMatchObject({ errcode });
    expect(other.closed()).toBeUndefined();
    expect(await other.subscribe()).toMatchObject({ errcode: 0 });
  });
});
