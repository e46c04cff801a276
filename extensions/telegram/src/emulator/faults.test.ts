import { Agent, get, type ClientRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock } from "@loong/emulator-kit";
import { botClient, until, type BotAnswer, type BotClient } from "../../test/emulator/bot-client.ts";
import {
  DEFAULT_BOT,
  startTelegramEmulator,
  type ChatHandle,
  type FaultAction,
  type TelegramEmulator,
} from "./index.ts";

const BOT = DEFAULT_BOT.username;

let emulator: TelegramEmulator;
let bot: BotClient;
let direct: ChatHandle;

beforeEach(async () => {
  emulator = await startTelegramEmulator({ clock: createStillClock() });
  bot = botClient(emulator.url);
  direct = emulator.directChat("Ada", BOT);
});
afterEach(() => emulator.close());

const send = (text = "x"): Promise<BotAnswer> => bot("sendMessage", { chat_id: direct.chatId, text });
const shown = (): string[] => emulator.shows(direct).map(({ text }) => text);
const once = (action: FaultAction): string => emulator.inject({ path: "sendMessage", times: 1, action });

describe("a fault of a call", () => {
  test("answers in place of the truth", async () => {
    once({ status: 500 });
    expect(await send()).toMatchObject({ status: 500, ok: false, description: "Internal Server Error" });
    once({ status: 400, description: "Bad Request: can't parse entities: x" });
    expect(await send()).toMatchObject({ description: "Bad Request: can't parse entities: x" });
    once({ status: 400, body: { odd: true } });
    expect(await send()).toEqual({ status: 400, odd: true });
    once({ status: 500, after: true });
    await send("applied");
    expect(shown()).toEqual(["applied"]);
  });

  test("asks to wait, with the header", async () => {
    once({ retryAfterSeconds: 7 });
    const response = await fetch(`${emulator.url}/bot${DEFAULT_BOT.token}/sendMessage`);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(await response.json()).toMatchObject({ error_code: 429, parameters: { retry_after: 7 } });
  });

  test("breaks the socket before or after the effect", async () => {
    once("reset-before");
    await expect(send("before")).rejects.toThrow("fetch failed");
    expect(shown()).toEqual([]);
    once("reset-after");
    await expect(send("after")).rejects.toThrow("fetch failed");
    expect(shown()).toEqual(["after"]);
    expect(emulator.requests().at(-1)).toMatchObject({ fault: "reset-after", status: undefined });
  });

  test("sends what is no JSON", async () => {
    once("html");
    await expect(send("html")).rejects.toThrow("JSON");
    expect(shown()).toEqual([]);
    once("truncated");
    await expect(send("truncated")).rejects.toThrow("JSON");
    expect(shown()).toEqual(["truncated"]);
  });

  test("hangs, without or with the effect", async () => {
    const hanging = async (text: string, isHanging: () => boolean): Promise<void> => {
      const body = new URLSearchParams({ chat_id: String(direct.chatId), text });
      const leaving = new AbortController();
      const { signal } = leaving;
      const sent = fetch(`${emulator.url}/bot${DEFAULT_BOT.token}/sendMessage`, { method: "POST", body, signal });
      await until(isHanging);
      leaving.abort();
      await expect(sent).rejects.toThrow("aborted");
    };
    once("hang");
    await hanging("lost", () => emulator.requests().length === 1);
    expect(shown()).toEqual([]);
    once("hang-after");
    await hanging("applied", () => shown().length > 0);
    expect(shown()).toEqual(["applied"]);
  });

  test("is late by the platform's clock", async () => {
    once({ slowMs: 60_000 });
    const slow = send("slow");
    await until(() => emulator.requests().length === 1);
    expect(shown()).toEqual([]);
    emulator.advance(60_000);
    expect((await slow).ok).toBe(true);
  });

  test("hits the occurrences it names", async () => {
    emulator.inject({ path: "SENDMESSAGE", nth: 2, action: { status: 500 } });
    emulator.inject({ path: "*", contains: "needle", action: { status: 502 } });
    emulator.inject({ path: "*", bot: "another_bot", action: { status: 503 } });
    expect((await send()).status).toBe(200);
    expect((await send()).status).toBe(500);
    expect((await send()).status).toBe(200);
    expect((await send("the needle")).status).toBe(502);
    emulator.clearFaults();
    expect((await send("the needle")).status).toBe(200);
  });

  test("a black hole swallows a long poll and leaves the updates", async () => {
    const id = emulator.inject({ path: "getUpdates", action: "hang" });
    const leaving = new AbortController();
    const { signal } = leaving;
    const poll = fetch(`${emulator.url}/bot${DEFAULT_BOT.token}/getUpdates?timeout=30`, { signal });
    await until(() => emulator.requests().length === 1);
    emulator.say(direct, "Ada", "unheard");
    leaving.abort();
    await expect(poll).rejects.toThrow("aborted");
    emulator.removeFault(id);
    expect((await bot<readonly unknown[]>("getUpdates")).result).toHaveLength(1);
  });

  test("plays the conflict of two pollers", async () => {
    emulator.inject({ path: "getUpdates", times: 1, action: "conflict" });
    expect(await bot("getUpdates")).toMatchObject({ status: 409, error_code: 409 });
    expect((await bot("getUpdates", { offset: 1 })).status).toBe(200);
  });

  test("hits downloads as `file`", async () => {
    emulator.inject({ path: "file", action: { status: 404 } });
    expect((await fetch(`${emulator.url}/file/bot${DEFAULT_BOT.token}/photos/file_0.jpg`)).status).toBe(404);
    expect(emulator.requests()[0]).toMatchObject({ method: "file", path: "/file/bot123456:***/photos/file_0.jpg" });
  });
});

describe("dropped connections", () => {
  const poll = (): Promise<BotAnswer> => bot("getUpdates", { timeout: 30 });
  const polling = (): Promise<void> => until(() => emulator.isPolling(BOT));

  test.each(["close", "reset"] as const)("%s at once", async (mode) => {
    const open = poll();
    open.catch(() => {});
    await polling();
    expect(emulator.dropConnections({ mode })).toBeGreaterThan(0);
    await expect(open).rejects.toThrow("fetch failed");
    await until(() => !emulator.isPolling(BOT));
  });

  test("half-open ones carry nothing any more", async () => {
    const controller = new AbortController();
    const address = `${emulator.url}/bot${DEFAULT_BOT.token}/getUpdates?timeout=30`;
    const open = fetch(address, { signal: controller.signal });
    let settled = false;
    open.catch(() => {}).finally(() => (settled = true));
    await polling();
    emulator.dropConnections({ mode: "half-open" });
    emulator.say(direct, "Ada", "into the void");
    await until(() => !emulator.isPolling(BOT));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(settled).toBe(false);
    controller.abort();
    expect((await bot<readonly unknown[]>("getUpdates", { offset: 1 })).result).toHaveLength(1);
  });

  test("half-open ones do not even take what is said on them", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const path = `/bot${DEFAULT_BOT.token}/sendMessage?chat_id=${direct.chatId}&text=`;
    const ask = (text: string): ClientRequest => get(`${emulator.url}${path}${text}`, { agent });
    await new Promise((resolve) => ask("alive").on("response", (response) => response.resume().on("end", resolve)));
    expect(emulator.dropConnections({ mode: "half-open" })).toBe(1);
    const unheard = ask("unheard").on("error", () => {});
    await new Promise((resolve) => setTimeout(resolve, 50));
    unheard.destroy();
    agent.destroy();
    expect(shown()).toEqual(["alive"]);
  });
});
