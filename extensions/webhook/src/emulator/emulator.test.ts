import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  emulator as command,
  startWebhookEmulator,
  type HookKind,
  type HookOptions,
  type WebhookEmulator,
} from "./index.ts";

let emulator: WebhookEmulator;

beforeEach(async () => {
  emulator = await startWebhookEmulator();
});
afterEach(() => emulator.close());

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const hello: Readonly<Record<HookKind, object>> = {
  feishu: { msg_type: "text", content: { text: "hello" } },
  lark: { msg_type: "text", content: { text: "hello" } },
  wecom: { msgtype: "text", text: { content: "hello" } },
  dingtalk: { msgtype: "text", text: { content: "hello" } },
  slack: { text: "hello" },
  json: { text: "hello" },
};
const kinds = Object.keys(hello) as HookKind[];

describe.each(kinds)("%s", (kind) => {
  test("shows what it takes, and who sent what", async () => {
    const hook = emulator.hook(kind);
    expect((await post(hook.url, hello[kind], { "idempotency-key": "k1" })).status).toBe(200);
    expect(hook.shows()).toMatchObject([
      { text: "hello", kind, raw: hello[kind], headers: { "idempotency-key": "k1" } },
    ]);
    expect(emulator.hook(kind).shows(), "another hook of its kind").toEqual([]);
  });

  test("refuses an address that nobody has", async () => {
    const { url } = emulator.hook(kind);
    const wrong = url.slice(0, -6) + "000000";
    const { status, text } = await post(wrong, hello[kind]);
    expect(`${status} ${text}`).toMatch(/19001|93000|300005|403 invalid_token|404/);
    expect(emulator.hooks().flatMap((hook) => hook.shows())).toEqual([]);
  });
});

describe("words and their limits", () => {
  test.each<[string, HookKind, unknown, HookOptions, number | string]>([
    ["Feishu without a type", "feishu", {}, {}, 19002],
    ["Feishu with content as text", "feishu", { msg_type: "text", content: "{}" }, {}, 9499],
    ["Feishu over 20 KB", "feishu", { msg_type: "text", content: { text: "x".repeat(21_000) } }, {}, 19036],
    ["Feishu without its keyword", "feishu", hello.feishu, { keywords: ["alert"] }, 19024],
    ["Feishu unsigned", "lark", hello.lark, { secret: "s" }, 19021],
    ["WeCom of an unknown type", "wecom", { msgtype: "probe" }, {}, 40008],
    ["WeCom without words", "wecom", { msgtype: "text", text: { content: "" } }, {}, 44004],
    ["WeCom over 2048 bytes", "wecom", { msgtype: "text", text: { content: "字".repeat(683) } }, {}, 40058],
    ["WeCom markdown over 4096", "wecom", { msgtype: "markdown", markdown: { content: "x".repeat(4097) } }, {}, 40058],
    ["DingTalk that is not JSON", "dingtalk", "{", {}, 40035],
    ["DingTalk of an unknown type", "dingtalk", { msgtype: "probe" }, {}, 400105],
    ["DingTalk without a title", "dingtalk", { msgtype: "markdown", markdown: { text: "x" } }, {}, 400402],
    ["DingTalk over 20000 bytes", "dingtalk", { msgtype: "text", text: { content: "x".repeat(20_000) } }, {}, 460101],
    ["DingTalk without its keyword", "dingtalk", hello.dingtalk, { keywords: ["alert"] }, 310000],
    ["DingTalk unsigned", "dingtalk", hello.dingtalk, { secret: "s" }, 310000],
  ])("%s is refused", async (_, kind, body, options, code) => {
    const hook = emulator.hook(kind, options);
    const { status, json } = await post(hook.url, body);
    expect([status, json["code"] ?? json["errcode"]]).toEqual([200, code]);
    expect(hook.shows()).toEqual([]);
  });

  test.each<[string, unknown, number]>([
    ["no_text", {}, 400],
    ["invalid_payload", "{", 400],
    ["invalid_blocks", { text: "x", blocks: "y" }, 400],
  ])("Slack says %s", async (word, body, status) => {
    expect(await post(emulator.hook("slack").url, body)).toMatchObject({ status, text: word });
  });

  test("cards are read by their words", async () => {
    const [feishu, wecom, slack] = [emulator.hook("feishu"), emulator.hook("wecom"), emulator.hook("slack")];
    await post(feishu.url, {
      msg_type: "interactive",
      card: { schema: "2.0", body: { elements: [{ tag: "markdown", content: "**card**" }] } },
    });
    await post(wecom.url, {
      msgtype: "template_card",
      template_card: { card_type: "text_notice", main_title: { title: "T" } },
    });
    await post(slack.url, {
      blocks: [{ type: "section", text: { type: "mrkdwn", text: "a &lt; <https://x.org|b>" } }],
    });
    expect([feishu, wecom, slack].flatMap((hook) => hook.shows().map(({ text }) => text))).toEqual([
      "**card**",
      "T",
      "a < b",
    ]);
  });
});

describe("signatures", () => {
  const secret = "SEC-of-the-robot";
  const feishuBody = (atMs: number, key = secret) => {
    const timestamp = String(Math.floor(atMs / 1000));
    const sign = createHmac("sha256", `${timestamp}\n${key}`).update("").digest("base64");
    return { ...hello.feishu, timestamp, sign };
  };
  const dingtalkUrl = (url: string, atMs: number, key = secret) => {
    const sign = createHmac("sha256", key).update(`${atMs}\n${key}`).digest("base64");
    return `${url}&timestamp=${atMs}&sign=${encodeURIComponent(sign)}`;
  };

  test("Feishu: of this hour and with this secret", async () => {
    const { url } = emulator.hook("feishu", { secret });
    const codes = [feishuBody(Date.now()), feishuBody(Date.now(), "other"), feishuBody(Date.now() - 3_700_000)].map(
      async (body) => (await post(url, body)).json["code"],
    );
    expect(await Promise.all(codes)).toEqual([0, 19021, 19021]);
  });

  test("DingTalk: of this hour and with this secret", async () => {
    const { url } = emulator.hook("dingtalk", { secret });
    const urls = [dingtalkUrl(url, Date.now()), dingtalkUrl(url, Date.now(), "other"), dingtalkUrl(url, 1)];
    const answers = urls.map(async (one) => (await post(one, hello.dingtalk)).json["errmsg"]);
    expect(await Promise.all(answers)).toEqual([
      "ok",
      expect.stringContaining("sign not match"),
      expect.stringContaining("invalid timestamp"),
    ]);
  });

  test("JSON: a bearer token, also to ask for the options", async () => {
    const { url } = emulator.hook("json", { authToken: "t0ken" });
    const authorization = { authorization: "Bearer t0ken" };
    expect((await post(url, {})).status).toBe(401);
    expect((await post(url, {}, authorization)).status).toBe(200);
    expect((await fetch(url, { method: "OPTIONS" })).status).toBe(401);
    expect((await fetch(url, { method: "OPTIONS", headers: authorization })).status).toBe(204);
    expect((await fetch(url, { headers: authorization })).status).toBe(405);
  });
});

describe("trouble", () => {
  test("comes as often as told, only where told", async () => {
    emulator.inject({ kind: "slack", nth: 2, action: { status: 500, body: "rollup_error" } });
    const { url } = emulator.hook("slack");
    const statuses: number[] = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await post(url, hello.slack)).status);
    expect(statuses).toEqual([200, 500, 200]);
    const id = emulator.inject({ action: "html" });
    expect((await post(emulator.hook("json").url, {})).status).toBe(502);
    emulator.removeFault(id);
    expect((await post(emulator.hook("json").url, {})).status).toBe(200);
  });

  test("an error code comes in the receiver's own form", async () => {
    emulator.inject({ action: { errcode: 19022, errmsg: "Ip Not Allowed" } });
    expect((await post(emulator.hook("feishu").url, {})).json).toEqual({
      code: 19022,
      data: {},
      msg: "Ip Not Allowed",
    });
    emulator.clearFaults();
    emulator.inject({ action: { errcode: "no_service" } });
    expect(await post(emulator.hook("slack").url, {})).toMatchObject({ status: 404, text: "no_service" });
  });

  test("a limit says how long to wait", async () => {
    emulator.inject({ times: 1, action: { retryAfterSeconds: 7 } });
    const { status, headers } = await post(emulator.hook("slack").url, hello.slack);
    expect([status, headers.get("retry-after")]).toEqual([429, "7"]);
  });

  test.each(["reset-before", "reset-after"] as const)("%s breaks the socket", async (action) => {
    const hook = emulator.hook("wecom");
    emulator.inject({ times: 1, action });
    await expect(post(hook.url, hello.wecom)).rejects.toThrow("fetch failed");
    expect(hook.shows()).toHaveLength(action === "reset-after" ? 1 : 0);
    expect(emulator.requests().at(-1)).not.toHaveProperty("status");
  });

  test("a silent receiver does not keep the emulator from closing", async () => {
    emulator.inject({ action: "hang" });
    const asked = post(emulator.hook("json").url, {}).catch((error: unknown) => error);
    await expect.poll(() => emulator.requests().length).toBe(1);
    await emulator.close();
    expect(await asked).toBeInstanceOf(Error);
    emulator = await startWebhookEmulator();
  });

  test("strict limits: twenty in a minute, then DingTalk is silent for ten", async () => {
    await emulator.close();
    emulator = await startWebhookEmulator({ strictRates: true });
    const { url } = emulator.hook("dingtalk");
    const send = async () => (await post(url, hello.dingtalk)).json["errcode"];
    for (let n = 0; n < 20; n += 1) expect(await send()).toBe(0);
    expect(await send()).toBe(130101);
    emulator.advance(120_000);
    expect(await send(), "two minutes later").toBe(130101);
    emulator.advance(480_000);
    expect(await send(), "ten minutes later").toBe(0);
  });
});

describe("from another process", () => {
  const ask = async (path: string, body?: object, method = body === undefined ? "GET" : "POST") => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${emulator.url}/_emulator${path}`, init);
    return (await response.json()) as Record<string, unknown>;
  };

  test("hooks are made, read and troubled", async () => {
    const { url } = await ask("/hooks", { kind: "wecom" });
    await ask("/faults", { times: 1, action: { errcode: 45009 } });
    expect((await post(String(url), hello.wecom)).json["errcode"]).toBe(45009);
    expect((await post(String(url), hello.wecom)).json["errcode"]).toBe(0);
    expect(await ask(`/messages?url=${encodeURIComponent(String(url))}`)).toMatchObject({
      messages: [{ text: "hello" }],
    });
    expect(await ask("/hooks", { kind: "pigeon" })).toMatchObject({ code: "WEBHOOK_EMULATOR_REQUEST" });
    expect(await ask("/faults", {})).toMatchObject({ code: "WEBHOOK_EMULATOR_REQUEST" });
    expect(await ask("/")).toMatchObject({ commands: expect.arrayContaining([expect.anything()]) });
  });

  test("the command starts one hook of each kind and says their addresses", async () => {
    const running = await command.start({ args: [] });
    const feishu = running.notes.find((note) => note.includes("/open-apis/bot/v2/hook/"));
    expect((await post(feishu?.trim().split(/\s+/)[1] ?? "", hello.feishu)).json["code"]).toBe(0);
    await running.close();
    await expect(fetch(running.url)).rejects.toThrow("fetch failed");
  });

  test("a port in use is named", async () => {
    const port = Number(new URL(emulator.url).port);
    await expect(startWebhookEmulator({ port })).rejects.toMatchObject({ code: "WEBHOOK_EMULATOR_PORT" });
  });
});
