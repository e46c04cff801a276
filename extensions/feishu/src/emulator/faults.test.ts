import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStillClock, stringAt } from "@loong/emulator-kit";
import { officialClient, until } from "../../test/emulator/official-sdk.ts";
import { createFaults } from "./faults.ts";
import {
  DEFAULT_APP,
  startFeishuEmulator,
  type ChatHandle,
  type FeishuEmulator,
  type HttpFaultAction,
} from "./index.ts";

describe("a rule", () => {
  const ask = (faults: ReturnType<typeof createFaults>, path = "/a/1", appId = "x", method = "GET") =>
    faults.http({ method, path, appId, body: () => "needle in hay" });

  test("hits the path, method, app and body it names", () => {
    const faults = createFaults(() => 0);
    faults.inject({ path: "/a/*", method: "get", appId: "x", contains: "needle", action: "hang" });
    expect(ask(faults)).toBe("hang");
    expect(ask(faults, "/a/1/b")).toBeUndefined();
    expect(ask(faults, "/a/1", "y")).toBeUndefined();
    expect(ask(faults, "/a/1", "x", "POST")).toBeUndefined();
    faults.inject({ path: "/a/**", contains: "thread", action: "empty" });
    expect(ask(faults, "/a/1/b")).toBeUndefined();
    faults.inject({ path: "/a/**", action: "html" });
    expect(ask(faults, "/a/1/b")).toBe("html");
  });

  test("hits the nth occurrence, so many times, or by chance", () => {
    const rolls: number[] = [];
    const faults = createFaults(() => rolls.shift() ?? 0);
    faults.inject({ path: "/nth", nth: 2, action: "hang" });
    faults.inject({ path: "/times", times: 2, action: "hang" });
    expect([1, 2, 3].map(() => ask(faults, "/nth"))).toEqual([undefined, "hang", undefined]);
    expect([1, 2, 3].map(() => ask(faults, "/times"))).toEqual(["hang", "hang", undefined]);
    faults.clear();
    rolls.push(0.9, 0.1);
    faults.inject({ path: "/chance", probability: 0.5, action: "hang" });
    expect([1, 2].map(() => ask(faults, "/chance"))).toEqual([undefined, "hang"]);
    expect(faults.list()).toMatchObject([{ applied: 1 }]);
  });
});

describe("over the wire", () => {
  const MESSAGES = "/open-apis/im/v1/messages";
  let emulator: FeishuEmulator;
  let ops: ChatHandle;

  beforeEach(async () => {
    emulator = await startFeishuEmulator({ clock: createStillClock() });
    ops = emulator.group(
      "Ops",
      ["Ada"].map((name) => emulator.user(name)),
      [DEFAULT_APP.appId],
    );
  });
  afterEach(() => emulator.close());

  function send(uuid: string) {
    const client = officialClient(emulator.url);
    const data = { receive_id: ops.chatId, msg_type: "text", content: '{"text":"x"}', uuid };
    return client.im.message.create({ params: { receive_id_type: "chat_id" }, data });
  }

  test("a reset after the effect leaves one message, and the same uuid finds it", async () => {
    emulator.inject({ path: MESSAGES, times: 1, action: "reset-after" });
    await expect(send("k")).rejects.toThrow(/hang up|ECONNRESET/);
    const [shown] = emulator.shows(ops);
    const again = await send("k");
    expect(again.data?.message_id).toBe(shown?.messageId);
    expect(emulator.shows(ops)).toHaveLength(1);
  });

  test("a reset before the effect leaves none", async () => {
    emulator.inject({ path: MESSAGES, times: 1, action: "reset-before" });
    await expect(send("k")).rejects.toThrow(/hang up|ECONNRESET/);
    expect(emulator.shows(ops)).toHaveLength(0);
    await send("k");
    expect(emulator.shows(ops)).toHaveLength(1);
  });

  test("a rate limit says when to come back", async () => {
    emulator.inject({ path: MESSAGES, times: 1, action: { rateLimitSeconds: 7 } });
    await expect(send("k")).rejects.toMatchObject({
      response: { status: 429, data: { code: 99991400 }, headers: { "x-ogw-ratelimit-reset": "7" } },
    });
    expect(emulator.requests().at(-1)).toMatchObject({ status: 429, code: 99991400 });
  });

  test.each<[HttpFaultAction, number, RegExp]>([
    ["html", 502, /Bad Gateway/],
    ["empty", 200, /^$/],
    ["truncated", 200, /^\{"code":0.*[^}]$/],
    [{ status: 503, body: { code: 2200, msg: "Internal Error" } }, 503, /2200/],
    [{ status: 200, body: { code: 99991663, msg: "Invalid access token for authorization" } }, 200, /99991663/],
  ])("%j", async (action, status, body) => {
    emulator.inject({ path: "/open-apis/bot/v3/info", action });
    const token = await tokenOf(emulator);
    const response = await fetch(`${emulator.url}/open-apis/bot/v3/info`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(body);
  });

  test.each(["hang", "hang-body"] as const)("%s never ends", async (action) => {
    emulator.inject({ path: "/open-apis/bot/v3/info", action });
    const call = fetch(`${emulator.url}/open-apis/bot/v3/info`, { signal: AbortSignal.timeout(150) }).then((response) =>
      response.text(),
    );
    await expect(call).rejects.toThrow(/abort|timeout/i);
  });

  test("a download can break off halfway", async () => {
    const client = officialClient(emulator.url);
    const { messageId: message_id } = emulator.say(ops, "Ada", {
      type: "file",
      file: { bytes: Buffer.alloc(100_000), name: "a" },
    });
    const file_key = stringAt(emulator.shows(ops).at(-1)?.content, "file_key") ?? "";
    emulator.inject({ path: "/open-apis/im/v1/messages/*/resources/*", action: "reset-body" });
    const download = await client.im.messageResource.get({ path: { message_id, file_key }, params: { type: "file" } });
    let bytes = 0;
    const read = async () => {
      for await (const chunk of download.getReadableStream()) bytes += (chunk as Buffer).length;
    };
    await expect(read()).rejects.toThrow(/aborted|ECONNRESET/);
    expect(bytes).toBeLessThan(100_000);
  });

  test("slow is slow and then right; an effect can come with a wrong answer", async () => {
    emulator.inject({ path: "/open-apis/bot/v3/info", action: { slowMs: 60_000 } });
    const slow = officialClient(emulator.url).request({ method: "GET", url: "/open-apis/bot/v3/info" });
    await until(() => emulator.requests().at(-1)?.fault !== undefined);
    expect(emulator.requests().at(-1)?.status).toBeUndefined();
    emulator.advance(60_000);
    await expect(slow).resolves.toMatchObject({ code: 0 });
    emulator.inject({ path: MESSAGES, times: 1, action: { status: 500, after: true } });
    await expect(send("k")).rejects.toMatchObject({ response: { status: 500 } });
    expect(emulator.shows(ops)).toHaveLength(1);
  });

  test("for one app leaves the others alone", async () => {
    const other = emulator.addApp({ appId: "cli_00000000000000d1", appSecret: "s", botName: "B" });
    emulator.inject({ path: "/**", appId: other.appId, action: { status: 500 } });
    await expect(send("k")).resolves.toMatchObject({ code: 0 });
    await expect(officialClient(emulator.url, { appId: other.appId, appSecret: "s" }).im.chat.list()).rejects.toThrow(
      "500",
    );
    emulator.clearFaults();
    await expect(
      officialClient(emulator.url, { appId: other.appId, appSecret: "s" }).im.chat.list(),
    ).resolves.toMatchObject({ code: 0 });
  });
});

describe("strict rates", () => {
  test("limit one chat to five a second and an API to fifty", async () => {
    const emulator = await startFeishuEmulator({ strictRates: true, clock: createStillClock() });
    try {
      const ops = emulator.group("Ops", [emulator.user("Ada")], [DEFAULT_APP.appId]);
      const client = officialClient(emulator.url);
      const send = () =>
        client.im.message.create({
          params: { receive_id_type: "chat_id" },
          data: { receive_id: ops.chatId, msg_type: "text", content: '{"text":"x"}' },
        });
      for (let count = 0; count < 5; count++) await send();
      await expect(send()).rejects.toMatchObject({ response: { status: 400, data: { code: 230020 } } });
      const headers = { authorization: `Bearer ${await tokenOf(emulator)}` };
      const statuses: number[] = [];
      while (statuses.length < 60)
        statuses.push((await fetch(`${emulator.url}/open-apis/im/v1/chats`, { headers })).status);
      expect(statuses.filter((status) => status === 429)).toHaveLength(10);
      emulator.advance(1000);
      await expect(send()).resolves.toMatchObject({ code: 0 });
    } finally {
      await emulator.close();
    }
  });
});

async function tokenOf({ url }: FeishuEmulator): Promise<string> {
  const body = JSON.stringify({ app_id: DEFAULT_APP.appId, app_secret: DEFAULT_APP.appSecret });
  const response = await fetch(`${url}/open-apis/auth/v3/tenant_access_token/internal`, { method: "POST", body });
  return ((await response.json()) as { tenant_access_token: string }).tenant_access_token;
}
