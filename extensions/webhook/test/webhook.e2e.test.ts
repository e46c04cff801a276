import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HookHandle } from "@loong/webhook/emulator";
import { KINDS, SECRET, type Stage, TOKEN, accountOf, markdown, never, newKey, say, setUp } from "./account.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await setUp();
});
afterEach(() => stage.close());

const texts = (hook: HookHandle) => hook.shows().map(({ text }) => text);

describe.each(KINDS)("%s", (kind) => {
  test("shows words and markdown, each once", async () => {
    const { hook, channel } = stage.channel(kind);
    await say(channel, "发布 done 🚀");
    await say(channel, markdown("# Release\n\n**7** passed, see [log](https://example.com/7)"));
    expect(hook.shows()).toHaveLength(2);
    expect(texts(hook)[0]).toBe("发布 done 🚀");
    expect(texts(hook)[1]).toMatch(/Release[\s\S]*7[\s\S]*passed[\s\S]*log/);
  });

  test("the receipt is the key, which went along", async () => {
    const { hook, channel } = stage.channel(kind);
    const idempotencyKey = newKey();
    expect(await say(channel, "once", { idempotencyKey })).toEqual({ messageId: idempotencyKey });
    expect(hook.shows()[0]?.headers).toMatchObject({ "idempotency-key": idempotencyKey });
  });

  test("a probe asks, shows nothing, and says what it cannot prove", async () => {
    const { hook, channel } = stage.channel(kind);
    const report = await channel.probe(never);
    expect(report).toMatchObject({
      ok: true,
      identity: { id: new URL(hook.url).host },
      problems: [],
      notices: [{ code: "WEBHOOK_PROBE_DOUBT" }],
    });
    expect(stage.emulator.requests()).toHaveLength(1);
    expect(hook.shows()).toEqual([]);
  });

  test("a target is refused: there is one room only", async () => {
    const { hook, channel } = stage.channel(kind);
    await expect(say(channel, "hi", { to: "ops" })).rejects.toMatchObject({
      code: "WEBHOOK_TARGET",
      outcome: "rejected",
    });
    expect(hook.shows()).toEqual([]);
    await say(channel, "hi", { to: "room" });
    expect(hook.shows()).toHaveLength(1);
  });

  test.each(["image", "file"] as const)("an %s is refused before anything is sent", async (type) => {
    const { channel } = stage.channel(kind);
    await expect(say(channel, { type, file: { path: "/etc/hostname" } })).rejects.toMatchObject({
      code: "WEBHOOK_FILE",
      outcome: "rejected",
    });
    expect(stage.emulator.requests()).toEqual([]);
  });

  test("a thread is lost, and the receipt says so", async () => {
    const { channel } = stage.channel(kind);
    expect((await say(channel, "hi", { threadId: "t1" })).degraded).toBe("sent to the room, not to the thread");
  });
});

describe("credentials", () => {
  test.each(["feishu", "lark", "dingtalk"] as const)(
    "%s: a wrong or missing secret is found by the probe",
    async (kind) => {
      for (const secret of ["another-secret", ""]) {
        const { hook, channel } = stage.channel(kind, { secret });
        expect(await channel.probe(never)).toMatchObject({
          ok: false,
          problems: [{ code: "WEBHOOK_SIGNATURE_REFUSED", hint: expect.stringContaining("channels.webhook.secret") }],
        });
        await expect(say(channel, "hi")).rejects.toMatchObject({ outcome: "bad-credentials" });
        expect(hook.shows()).toEqual([]);
      }
    },
  );

  test("json: the token goes as a bearer token, to ask and to send", async () => {
    const { hook, channel } = stage.channel("json");
    await channel.probe(never);
    await say(channel, "hi");
    const requests = stage.emulator.requests();
    expect(requests.map(({ method, headers }) => [method, headers["authorization"]])).toEqual([
      ["OPTIONS", `Bearer ${TOKEN}`],
      ["POST", `Bearer ${TOKEN}`],
    ]);
    expect(hook.shows()[0]?.raw).toEqual({ text: "hi" });
  });

  test("json: a program that knows only POST answers 404 to the probe, which is told", async () => {
    const { channel } = stage.channel("json");
    stage.emulator.inject({ times: 1, action: { status: 404, body: { message: "Route OPTIONS:/x not found" } } });
    expect(await channel.probe(never)).toMatchObject({
      ok: true,
      notices: [{ message: expect.stringContaining("HTTP 404") }],
    });
  });

  test("keywords pass the probe and are told", async () => {
    const { hook, channel } = stage.channel("dingtalk", {}, { secret: SECRET, keywords: ["alert"] });
    await expect(say(channel, "hi")).rejects.toMatchObject({ code: "WEBHOOK_KEYWORDS_MISSING", outcome: "rejected" });
    await say(channel, "alert: hi");
    expect(texts(hook)).toEqual(["alert: hi"]);
    stage.emulator.inject({ times: 1, action: { errcode: 310000, errmsg: "keywords not in content" } });
    expect(await channel.probe(never)).toMatchObject({ ok: true, notices: [{ code: "WEBHOOK_KEYWORDS_MISSING" }, {}] });
  });

  test("settings that this receiver has no use for are told", async () => {
    const { channel } = stage.channel("slack", { secret: SECRET, authToken: TOKEN });
    const codes = (await channel.probe(never)).notices?.map(({ code }) => code);
    expect(codes).toEqual(["WEBHOOK_PROBE_DOUBT", "WEBHOOK_SECRET_UNUSED", "WEBHOOK_TOKEN_UNUSED"]);
  });

  test("without an address the probe says which key is missing", async () => {
    const { hook } = stage.channel("slack");
    const channel = stage.open(accountOf(hook, { endpointUrl: "" }), "ops");
    expect(await channel.probe(never)).toMatchObject({
      ok: false,
      problems: [
        { code: "WEBHOOK_URL_MISSING", hint: expect.stringContaining("channels.webhook.accounts.ops.endpointUrl") },
      ],
    });
    await expect(say(channel, "hi")).rejects.toMatchObject({ outcome: "bad-credentials" });
  });
});

describe("cards", () => {
  test.each([
    ["feishu", { elements: [{ tag: "markdown", content: "card words" }] }],
    ["wecom", { card_type: "text_notice", main_title: { title: "card words" } }],
    ["dingtalk", { title: "T", text: "card words" }],
    ["slack", [{ type: "section", text: { type: "mrkdwn", text: "card words" } }]],
    ["json", { severity: "high", text: "card words" }],
  ] as const)("%s shows its own", async (kind, card) => {
    const { hook, channel } = stage.channel(kind);
    await say(channel, { type: "card", card, fallbackText: "" });
    expect(texts(hook)[0]).toContain("card words");
  });

  test("one that is refused becomes its words", async () => {
    const { hook, channel } = stage.channel("wecom");
    const receipt = await say(channel, { type: "card", card: { no: "type" }, fallbackText: "words" });
    expect(receipt.degraded).toMatch(/^card refused \(.*40058.*\), sent as text$/);
    expect(texts(hook)).toEqual(["words"]);
  });

  test("one that is refused and has no words is an error", async () => {
    const { channel } = stage.channel("wecom");
    const sent = say(channel, { type: "card", card: { no: "type" }, fallbackText: "" });
    await expect(sent).rejects.toMatchObject({ code: "WEBHOOK_BAD_MESSAGE", outcome: "rejected" });
  });
});

describe("private networks", () => {
  test.each(["https://localhost", "https://127.0.0.1", "https://[::1]", "https://2130706433"])(
    "%s is not connected to unless allowed",
    async (origin) => {
      const sockets: unknown[] = [];
      const server = createTcpServer((socket) => void sockets.push(socket.destroy())).listen(0);
      const { port } = server.address() as AddressInfo;
      const { hook } = stage.channel("json");
      const channel = stage.open(accountOf(hook, { endpointUrl: `${origin}:${port}/hook`, allowPrivateHosts: false }));
      await expect(say(channel, "hi")).rejects.toMatchObject({
        code: "WEBHOOK_PRIVATE_HOST",
        outcome: "bad-credentials",
        hint: expect.stringContaining("allowPrivateHosts"),
      });
      expect(await channel.probe(never)).toMatchObject({ ok: false, problems: [{ code: "WEBHOOK_PRIVATE_HOST" }] });
      expect(sockets).toEqual([]);
      await new Promise((resolve) => server.close(resolve));
    },
  );

  test("a redirect is not followed, wherever it leads", async () => {
    const { hook, channel } = stage.channel("json");
    stage.emulator.inject({ times: 1, action: { status: 307, headers: { location: hook.url } } });
    await expect(say(channel, "hi")).rejects.toMatchObject({ code: "WEBHOOK_REDIRECTED" });
    expect(hook.shows()).toEqual([]);
  });
});

describe("trouble on the way", () => {
  test("nobody there, and no TLS there: nothing was taken", async () => {
    const { hook } = stage.channel("json");
    const gone = stage.open(accountOf(hook, { endpointUrl: "http://127.0.0.1:1/x" }));
    await expect(say(gone, "hi")).rejects.toMatchObject({ code: "WEBHOOK_UNREACHABLE", outcome: "not-sent" });
    const plain = stage.open(accountOf(hook, { endpointUrl: hook.url.replace("http:", "https:") }));
    await expect(say(plain, "hi")).rejects.toMatchObject({ code: "WEBHOOK_UNREACHABLE", outcome: "not-sent" });
    const noName = stage.open(
      accountOf(hook, { endpointUrl: "https://no-such-host.invalid/x", allowPrivateHosts: false }),
    );
    await expect(say(noName, "hi")).rejects.toMatchObject({ code: "WEBHOOK_UNREACHABLE", outcome: "not-sent" });
  });

  test.each(["reset-before", "reset-after"] as const)("%s: nobody knows", async (action) => {
    const { channel } = stage.channel("slack");
    stage.emulator.inject({ times: 1, action });
    await expect(say(channel, "hi")).rejects.toMatchObject({ code: "WEBHOOK_NO_ANSWER", outcome: "unknown" });
  });

  test("an abort while waiting for the answer leaves it unknown, and close aborts", async () => {
    const { channel } = stage.channel("wecom");
    stage.emulator.inject({ action: "hang" });
    const abort = new AbortController();
    const aborted = channel.send({ idempotencyKey: newKey(), to: "", content: markdown("a") }, abort.signal);
    const closed = say(channel, "b");
    await expect.poll(() => stage.emulator.requests()).toHaveLength(2);
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ outcome: "unknown" });
    await channel.close();
    await expect(closed).rejects.toMatchObject({ outcome: "unknown" });
    await expect(say(channel, "c")).rejects.toMatchObject({ code: "WEBHOOK_UNREACHABLE", outcome: "not-sent" });
  });

  test("a proxy's page is no receipt", async () => {
    const { channel } = stage.channel("feishu");
    stage.emulator.inject({ times: 1, action: "html" });
    await expect(say(channel, "hi")).rejects.toMatchObject({ code: "WEBHOOK_SERVER_ERROR", outcome: "unknown" });
    stage.emulator.inject({ times: 1, action: { status: 200, body: "<html>log in</html>" } });
    await expect(say(channel, "hi")).rejects.toMatchObject({ code: "WEBHOOK_BAD_ANSWER", outcome: "unknown" });
    expect(await channel.probe(never)).toMatchObject({ ok: true });
  });

  test("an endless answer is read for its status and no further", async () => {
    const server = createServer((_, response) => {
      response.writeHead(200);
      const more = () => response.write("x".repeat(16_384));
      response.on("drain", more);
      for (let n = 0; n < 8; n += 1) more();
    }).listen(0);
    const { port } = server.address() as AddressInfo;
    const { hook } = stage.channel("json");
    const channel = stage.open(accountOf(hook, { endpointUrl: `http://127.0.0.1:${port}/` }));
    await expect(say(channel, "hi")).resolves.toHaveProperty("messageId");
    await expect.poll(() => new Promise((resolve) => server.getConnections((_, count) => resolve(count)))).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("secrets", () => {
  test.each(KINDS)("%s repeats them, and no error, receipt or log line does", async (kind) => {
    const { hook, channel } = stage.channel(kind, { secret: SECRET, authToken: TOKEN });
    const { pathname, search } = new URL(hook.url);
    const token = (search === "" ? pathname : search).split(/[/=]/).at(-1) ?? "";
    const said = `bad ${hook.url} ${token} ${SECRET} ${TOKEN}`;
    const isPlain = kind === "slack" || kind === "json";
    stage.emulator.inject({ action: isPlain ? { status: 400, body: said } : { errcode: 424242, errmsg: said } });
    const error = await say(channel, "hi").catch((reason: unknown) => reason as Error);
    const report = await channel.probe(never);
    const seen = JSON.stringify([error, (error as Error).message, report, stage.log]);
    for (const secret of [token, SECRET, TOKEN]) expect(seen).not.toContain(secret);
    expect(error).toMatchObject({ code: expect.stringMatching(/^WEBHOOK_(REFUSED|BAD_MESSAGE|BAD_ANSWER)$/) });
  });
});
