import { createDecipheriv } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { rawClient, type RawClient } from "../../test/emulator/raw-client.ts";
import { DEFAULT_BOT, startWecomEmulator, type WecomEmulator } from "./index.ts";

const BOT = DEFAULT_BOT.botId;
let emulator: WecomEmulator;
let raw: RawClient;

beforeEach(async () => {
  emulator = await startWecomEmulator({ clock: createStillClock() });
  emulator.directChat(emulator.user("Ada"), BOT);
  emulator.group("Ops", ["Ada"], [BOT], { chatId: "wrOps" });
  raw = await rawClient(emulator);
  await raw.subscribe();
});
afterEach(() => emulator.close());

describe("in a group", () => {
  test("only bots that are mentioned hear what is said, with their name in front", async () => {
    expect(emulator.say("Ops", "Ada", "not for you")).toMatchObject({ reqId: "", reqIds: {} });
    emulator.say("Ops", "Ada", "hello", { mentions: [BOT] });
    emulator.say("Ops", "Ada", "well, @Loong?", { mentions: ["Loong"] });
    expect((await raw.callback()).body).toMatchObject({
      aibotid: BOT,
      chattype: "group",
      chatid: "wrOps",
      from: { userid: emulator.user("Ada").userId },
      msgtype: "text",
      text: { content: "@Loong hello" },
    });
    expect((await raw.callback(2)).body).toMatchObject({ text: { content: "well, @Loong?" } });
    expect(emulator.shows("Ops").map(({ text }) => text)).toEqual(["not for you", "@Loong hello", "well, @Loong?"]);
  });

  test("an image comes inside a mixed message, and other media do not come at all", async () => {
    emulator.say("Ops", "Ada", { type: "image" }, { mentions: [BOT] });
    expect(emulator.say("Ops", "Ada", { type: "file" }, { mentions: [BOT] }).reqId).toBe("");
    expect((await raw.callback()).body).toMatchObject({
      msgtype: "mixed",
      mixed: { msg_item: [{ msgtype: "text", text: { content: "@Loong" } }, { msgtype: "image" }] },
    });
  });

  test("two bots hear each for itself", async () => {
    emulator.addBot({ botId: "aib_two", secret: "s", name: "Two" });
    const both = emulator.group("Both", ["Ada"], [BOT, "aib_two"]);
    const { reqIds } = emulator.say(both, "Ada", "@Loong @Two hi", { mentions: [BOT, "aib_two"] });
    expect(Object.keys(reqIds)).toEqual([BOT, "aib_two"]);
    expect(emulator.directChat("Ada", "aib_two")).toMatchObject({
      chatId: emulator.user("Ada").userId,
      type: "single",
    });
  });
});

describe("alone with the bot", () => {
  test.for([
    ["plain", { msgtype: "text", text: { content: "plain" } }],
    [
      { type: "voice", text: "spoken" },
      { msgtype: "voice", voice: { content: "spoken" } },
    ],
    [{ type: "video" }, { msgtype: "video", video: { url: expect.any(String), aeskey: expect.any(String) } }],
    [
      { type: "mixed", items: ["look", { type: "image" }] },
      { mixed: { msg_item: [{ text: { content: "look" } }, { image: { url: expect.any(String) } }] } },
    ],
    [
      { type: "location", content: { latitude: 1 } },
      { msgtype: "location", location: { latitude: 1 } },
    ],
  ] as const)("%j", async ([saying, body]) => {
    emulator.say("Ada", "Ada", saying);
    expect((await raw.callback()).body).toMatchObject({ chattype: "single", ...body });
    expect((await raw.callback()).body).not.toHaveProperty("chatid");
  });

  test("a message may quote another, of the bot too, and be stranger than usual", async () => {
    const { msgId, reqId } = emulator.say("Ada", "Ada", { type: "file", name: "a.txt" });
    await raw.callback();
    const answer = { msgtype: "markdown", markdown: { content: "**seen**" } };
    await raw.ask("aibot_respond_msg", answer, reqId);
    const seen = emulator.shows("Ada")[1]?.messageId ?? "";
    emulator.say("Ada", "Ada", "what is in it?", { quote: msgId });
    emulator.say("Ada", "Ada", "really?", { quote: seen, twist: { extra: { new_field: [1] }, omit: ["create_time"] } });
    expect((await raw.callback(2)).body).toMatchObject({
      quote: { msgtype: "file", file: { url: expect.any(String) } },
    });
    const twisted = (await raw.callback(3)).body;
    expect(twisted).toMatchObject({ quote: { msgtype: "text", text: { content: "**seen**" } }, new_field: [1] });
    expect(twisted).not.toHaveProperty("create_time");
    expect(emulator.shows("Ada")[3]?.parentId).toBe(seen);
  });
});

describe("a file", () => {
  const bytes = Buffer.from("x".repeat(64));
  const received = async () => {
    emulator.say("Ada", "Ada", { type: "file", name: "报告 1.txt", bytes });
    const { file } = ((await raw.callback()).body ?? {}) as { file: { url: string; aeskey: string } };
    return { url: file.url, aesKey: Buffer.from(file.aeskey, "base64") };
  };
  const decrypted = (data: Buffer, aesKey: Buffer) => {
    const decipher = createDecipheriv("aes-256-cbc", aesKey, aesKey.subarray(0, 16)).setAutoPadding(false);
    return Buffer.concat([decipher.update(data), decipher.final()]);
  };

  test("is encrypted with a key of its own and padded to 32 bytes", async () => {
    const { url, aesKey } = await received();
    expect(aesKey).toHaveLength(32);
    const response = await fetch(url);
    expect(response.headers.get("content-disposition")).toContain(
      `filename*=UTF-8''${encodeURIComponent("报告 1.txt")}`,
    );
    const plain = decrypted(Buffer.from(await response.arrayBuffer()), aesKey);
    expect(plain).toHaveLength(96);
    expect(plain.subarray(0, 64)).toEqual(bytes);
    expect([...plain.subarray(64)]).toEqual(Array.from({ length: 32 }, () => 32));
  });

  test("is there for five minutes", async () => {
    const { url } = await received();
    emulator.advance(5 * 60_000 - 1000);
    expect((await fetch(url)).status).toBe(200);
    emulator.advance(1000);
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(`${emulator.url}/media/unknown`)).status).toBe(404);
  });

  test.for([
    ["not-found", 404],
    ["expired", 403],
    [{ status: 500 }, 500],
  ] as const)("may be gone: %j", async ([action, status]) => {
    emulator.inject({ on: "media", contains: "报告", action });
    expect((await fetch((await received()).url)).status).toBe(status);
  });

  test.for(["truncated", "wrong-padding", "wrong-key"] as const)("may be damaged: %s", async (action) => {
    const { url, aesKey } = await received();
    emulator.inject({ on: "media", action });
    const plain = decrypted(Buffer.from(await (await fetch(url)).arrayBuffer()), aesKey);
    const padding = plain.at(-1) ?? 0;
    const isRight = padding >= 1 && padding <= 32 && plain.subarray(-padding).every((byte) => byte === padding);
    expect(isRight && plain.subarray(0, -padding).equals(bytes)).toBe(false);
  });

  /** Until the platform has been asked for it, and does to it what it was told. */
  const asked = () =>
    expect
      .poll(async () => (await fetch(`${emulator.url}/_emulator/faults`)).json() as Promise<object>, {
        timeout: 10_000,
      })
      .toMatchObject({ faults: [{ applied: 1 }] });

  test("may never arrive", async () => {
    const { url } = await received();
    emulator.inject({ on: "media", action: "hang" });
    const leaving = new AbortController();
    const download = fetch(url, { signal: leaving.signal });
    await asked();
    leaving.abort();
    await expect(download).rejects.toThrow("aborted");
  });

  test("may break off", async () => {
    const { url } = await received();
    emulator.inject({ on: "media", action: "reset" });
    await expect(fetch(url).then((response) => response.arrayBuffer())).rejects.toThrow("terminated");
  });

  test("may be slow, or larger than anybody said", async () => {
    const { url } = await received();
    emulator.inject({ on: "media", action: { slowMs: 60_000 }, times: 1 });
    const slow = fetch(url);
    await asked();
    emulator.advance(60_000);
    expect((await slow).status).toBe(200);
    emulator.inject({ on: "media", action: { hugeBytes: 5_000_000 } });
    const huge = await fetch(url);
    expect(huge.headers.get("content-length")).toBeNull();
    expect((await huge.arrayBuffer()).byteLength).toBe(5_000_000);
  });
});

test("waits for what people see, and says when it never came", async () => {
  const changes: string[] = [];
  const stop = emulator.watch(({ kind, chatId, message }) => changes.push(`${kind} ${chatId} ${message.text}`));
  const waiting = emulator.waitFor("Ada", ({ text }) => text === "later");
  emulator.say("Ada", "Ada", "later");
  expect(await waiting).toMatchObject({ from: { kind: "user", name: "Ada" }, type: "text" });
  expect(await emulator.waitFor("Ada", ({ text }) => text === "later")).toMatchObject({ text: "later" });
  stop();
  emulator.say("Ada", "Ada", "unseen");
  expect(changes).toEqual([`posted ${emulator.user("Ada").userId} later`]);
  await expect(emulator.waitFor("Ada", () => false, { timeoutMs: 10 })).rejects.toMatchObject({
    code: "WECOM_EMULATOR_TIMEOUT",
  });
  for (const wrong of [() => emulator.say("Nowhere", "Ada", "x"), () => emulator.bot("nobody")]) {
    expect(wrong).toThrow(expect.objectContaining({ code: "WECOM_EMULATOR_NOT_FOUND" }));
  }
});
