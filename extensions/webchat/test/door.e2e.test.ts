import { request } from "node:http";
import type { ServedChannel } from "@loong/testkit";
import { afterEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import plugin, { type WebchatAccount } from "../src/index.ts";
import { freeAddress, serveWebchat, temporaryFolder, testHost } from "./harness.ts";
import { type Browser, openBrowser, postSession } from "./visitor-browser.ts";

const KEY = "a-session-key-of-the-tests-00000000002";
const TOKEN = "the-right-access-token";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function serve(account: WebchatAccount = {}): Promise<{ address: string; served: ServedChannel }> {
  const address = account.bind ?? (await freeAddress());
  const served = await serveWebchat({ bind: address, sessionKey: KEY, ...account });
  cleanups.push(() => served.stop());
  return { address, served };
}

function open(options: Parameters<typeof openBrowser>[0]): Browser {
  const browser = openBrowser(options);
  cleanups.push(() => browser.close());
  return browser;
}

interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

function get(address: string, path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const asked = request(`http://${address}${path}`, { method, headers, agent: false }, (response) => {
    let body = "";
    response.setEncoding("utf8");
    response.on("data", (text: string) => (body += text));
    response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
  });
  asked.on("error", reject);
  asked.end();
  return promise;
}

function nonceOf(page: string): string {
  return /nonce="[^"]*"/.exec(page)?.[0] ?? "";
}

/** The status with which a WebSocket is refused, or 101. */
function upgrade(address: string, headers: Record<string, string>, path = "/socket"): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const socket = new WebSocket(`ws://${address}${path}`, "loong-webchat.1", { headers });
  socket.on("error", () => {});
  socket.on("open", () => {
    resolve(101);
    socket.terminate();
  });
  socket.on("unexpected-response", (_request, response) => {
    resolve(response.statusCode ?? 0);
    socket.terminate();
  });
  return promise;
}

test("only pages of an allowed origin get a cookie or a connection", async () => {
  const { address } = await serve({ allowedOrigins: ["https://chat.example.com"] });
  const good = "https://chat.example.com";
  const { cookie = "" } = await postSession(address, good, "");
  for (const origin of ["", "null", "https://evil.example.com", "http://chat.example.com", `http://${address}`]) {
    const { status } = await postSession(address, origin, "");
    const refused = await upgrade(address, { cookie, ...(origin === "" ? {} : { origin }) });
    expect({ origin, status, refused }).toEqual({ origin, status: 403, refused: 403 });
  }
  expect(await upgrade(address, { cookie, origin: good })).toBe(101);
});

test("without allowed origins, only this machine's own address may use it", async () => {
  const { address } = await serve();
  const port = address.split(":")[1];
  expect((await postSession(address, `http://localhost:${port}`, "")).status).toBe(204);
  expect((await postSession(address, "http://rebound.example.com:18790", "")).status).toBe(403);
});

test.each(["rebound.example.com", "rebound.example.com:80", "localhost.", "127.0.0.1.example.com", "[::1", "a@b"])(
  "browser: under the name %j nothing is served, whatever the origin (DNS rebinding)",
  async (host) => {
    const { address } = await serve();
    const { cookie = "" } = await postSession(address, `http://${address}`, "");
    expect((await get(address, "/", { host })).status).toBe(421);
    expect((await get(address, "/healthz", { host })).status).toBe(421);
    expect((await get(address, "/session", { host, origin: `http://${address}` }, "POST")).status).toBe(421);
    expect(await upgrade(address, { host, origin: `http://${address}`, cookie })).toBe(421);
  },
);

test("browser: an address, localhost and the names of allowed origins are served", async () => {
  const { address } = await serve({ allowedOrigins: ["https://chat.example.com"] });
  for (const host of ["chat.example.com", "chat.example.com:8443", "localhost:1", "10.1.2.3", "[::1]:18790"])
    expect({ host, status: (await get(address, "/", { host })).status }).toEqual({ host, status: 200 });
});

test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/json"])(
  "browser: a form of another site (%s) gets no session",
  async (type) => {
    const { address } = await serve();
    for (const origin of ["null", "https://evil.example.com", `http://${address}.evil.example.com`]) {
      const { status, headers } = await get(address, "/session", { origin, "content-type": type }, "POST");
      expect([status, headers["set-cookie"], headers["access-control-allow-origin"]]).toEqual([
        403,
        undefined,
        undefined,
      ]);
    }
    const { status, headers } = await get(address, "/session", { origin: "https://evil.example.com" }, "OPTIONS");
    expect([status, headers["access-control-allow-origin"]]).toEqual([404, undefined]);
  },
);

test("browser: a token in the address is worth nothing", async () => {
  const { address } = await serve({ accessToken: TOKEN });
  const origin = `http://${address}`;
  expect((await get(address, `/session?token=${TOKEN}`, { origin }, "POST")).status).toBe(401);
  expect(await upgrade(address, { origin }, `/socket?token=${TOKEN}`)).toBe(404);
  expect(await upgrade(address, { origin, authorization: `Bearer ${TOKEN}` })).toBe(401);
});

test("browser: an address to connect to is never taken from the page's own", async () => {
  const { address } = await serve();
  const { body } = await get(address, "/?gatewayUrl=wss://evil.example.com&token=x");
  expect(body).toBe((await get(address, "/")).body.replaceAll(/nonce="[^"]*"/g, () => nonceOf(body)));
});

test("a connection needs a genuine cookie", async () => {
  const { address } = await serve();
  const origin = `http://${address}`;
  const { cookie = "" } = await postSession(address, origin, "");
  const forged = `${cookie.slice(0, -1)}${cookie.endsWith("0") ? "1" : "0"}`;
  expect(await upgrade(address, { origin })).toBe(401);
  expect(await upgrade(address, { origin, cookie: forged })).toBe(401);
  expect(await upgrade(address, { origin, cookie: cookie.replace(/\.[0-9a-f]+$/, "") })).toBe(401);
  expect(await upgrade(address, { origin, cookie }, "/socket?token=x")).toBe(404);
  expect(await upgrade(address, { origin, cookie: `other=1; ${cookie}` })).toBe(101);
});

test("the cookie is out of reach of scripts and other sites, and of plain HTTP where the page came over TLS", async () => {
  const { address } = await serve({ allowedOrigins: ["https://chat.example.com", "http://intranet"] });
  const overTls = await postSession(address, "https://chat.example.com", "");
  expect(overTls.setCookie).toMatch(/^__Host-\w+=.*; Path=\/; .*; HttpOnly; SameSite=Strict; Secure$/);
  const plain = await postSession(address, "http://intranet", "");
  expect(plain.setCookie).toMatch(/^\w+=.*; Path=\/; .*; HttpOnly; SameSite=Strict$/);
  const cookie = plain.cookie ?? "";
  expect(await upgrade(address, { origin: "http://intranet", cookie })).toBe(101);
  expect(await upgrade(address, { origin: "https://chat.example.com", cookie }), "planted over HTTP").toBe(401);
});

test("with an access token, nobody gets in without it, and guessing is slowed down", async () => {
  const { address } = await serve({ accessToken: TOKEN });
  const origin = `http://${address}`;
  expect((await postSession(address, origin, "")).status).toBe(401);
  expect((await postSession(address, origin, "", "a-wrong-access-token")).status).toBe(401);
  const right = await postSession(address, origin, "", TOKEN);
  expect(right.status).toBe(204);
  expect((await postSession(address, origin, right.cookie ?? "")).status, "the cookie stands for the token").toBe(204);
  const guesses = await Promise.all(
    Array.from({ length: 20 }, (_, n) => postSession(address, origin, "", `guess-${n}`)),
  );
  expect(guesses.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(9);
  expect(guesses.some(({ status }) => status === 429)).toBe(true);
  expect((await postSession(address, origin, "", TOKEN)).status, "no token is looked at for a while").toBe(429);
  expect((await postSession(address, origin, right.cookie ?? "")).status, "sessions go on").toBe(204);
});

test("a new access token ends every session of the old one", async () => {
  const first = await serve({ accessToken: TOKEN });
  const origin = `http://${first.address}`;
  const { cookie = "" } = await postSession(first.address, origin, "", TOKEN);
  await first.served.stop();
  await serve({ bind: first.address, accessToken: "another-access-token" });
  expect((await postSession(first.address, origin, cookie)).status).toBe(401);
  expect(await upgrade(first.address, { origin, cookie })).toBe(401);
});

test("a token that is right still has to fit into a small request", async () => {
  const { address } = await serve({ accessToken: TOKEN });
  const huge = await postSession(address, `http://${address}`, "", TOKEN.padEnd(9_000, "x"));
  expect(huge.status).toBe(401);
});

test("the page comes with a policy that lets nothing in but its own script and style", async () => {
  const { address } = await serve({ title: 'A "chat" <b>&</b>' });
  const [one, other] = [await get(address, "/"), await get(address, "/")];
  const policy = String(one.headers["content-security-policy"]);
  const nonce = /script-src 'nonce-([\w-]{20,})'/.exec(policy)?.[1];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toContain("unsafe");
  expect(policy).not.toEqual(String(other.headers["content-security-policy"]));
  expect(one.headers["cache-control"]).toBe("no-store");
  const elements = [...one.body.matchAll(/<(?:script|style)\b[^>]*>/g)].map(([tag]) => tag);
  expect(elements).toHaveLength(3);
  for (const tag of elements) expect(tag).toMatch(new RegExp(`nonce="${nonce}"|type="application/json"`));
  expect(one.body).not.toMatch(/\s(?:src|on\w+|style)=|href="|https?:\/\/(?!www\.w3)/);
  expect(one.body).toContain("A &quot;chat&quot; &lt;b&gt;&amp;&lt;/b&gt;");
});

test("a website may show the page in a frame when it is named", async () => {
  const { address } = await serve({ frameAncestors: ["https://www.example.com"] });
  const { headers } = await get(address, "/");
  expect(headers["content-security-policy"]).toContain("frame-ancestors https://www.example.com;");
  expect(headers["x-frame-options"]).toBeUndefined();
});

test.each([
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "发送"],
  ["de, en;q=0.7, zh;q=0.3", "en", "Send"],
  ["en;q=0.5, zh-TW;q=0.6", "zh-CN", "发送"],
  ["fr", "en", "Send"],
])("a browser that asks for %j gets %s", async (wish, language, word) => {
  const { address } = await serve();
  const { body } = await get(address, "/", { "accept-language": wish });
  expect(body).toContain(`<html lang="${language}">`);
  expect(body).toContain(`>${word}</button>`);
});

test("everything else is not there", async () => {
  const { address } = await serve();
  expect((await get(address, "/healthz")).body).toBe("OK");
  for (const path of ["/index.html", "/../etc/passwd", "/session", "/socket", "//"]) {
    expect({ path, status: (await get(address, path)).status }).toEqual({ path, status: 404 });
  }
  expect((await get(address, "/?x=%")).status).toBe(200);
  expect((await get(address, "/", {}, "DELETE")).status).toBe(404);
});

test("a challenge is answered with a proof that another key would not give", async () => {
  const one = await serve();
  const other = await serve({ sessionKey: KEY.replace("2", "3") });
  const path = `/healthz?challenge=${"ab".repeat(16)}`;
  const proofs = [await get(one.address, path), await get(other.address, path)];
  expect(proofs[0]?.body).toMatch(/^[0-9a-f]{64}$/);
  expect(proofs[0]?.body).not.toBe(proofs[1]?.body);
});

test("the probe knows its own listener, a free address, and another program's", async () => {
  const { address, served } = await serve();
  const limit = () => AbortSignal.timeout(8_000);
  expect(await served.channel.probe(limit())).toMatchObject({ ok: true, notices: [{ code: "WEBCHAT_OPEN_DOOR" }] });
  const second = plugin.open({ bind: address, sessionKey: KEY }, testHost("/nonexistent"));
  expect(await second.probe(limit()), "served by another process").toMatchObject({ ok: true });
  const stranger = plugin.open({ bind: address, sessionKey: `${KEY}-other` }, testHost("/nonexistent"));
  expect(await stranger.probe(limit())).toMatchObject({ ok: false, problems: [{ code: "WEBCHAT_PORT_TAKEN" }] });
  await expect(serveWebchat({ bind: address, sessionKey: KEY })).rejects.toMatchObject({ outcome: "conflict" });
});

test.each(["probe first", "serve first"])("a probe while the listener starts disturbs neither (%s)", async (order) => {
  const channel = plugin.open({ bind: await freeAddress(), sessionKey: KEY }, testHost("/nonexistent"));
  const abort = new AbortController();
  const inbound = { accept: async () => [], cursor: async () => undefined, report: () => {} };
  const probe = () => channel.probe(AbortSignal.timeout(8_000));
  const early = order === "probe first" ? [probe(), probe()] : [];
  const serving = channel.serve?.(inbound, abort.signal);
  const reports = await Promise.all([...early, probe(), probe()]);
  expect(reports.flatMap(({ problems }) => problems)).toEqual([]);
  abort.abort();
  await serving;
  await channel.close();
});

test("a channel that is served again before the last time is over takes its address over", async () => {
  const channel = plugin.open({ bind: await freeAddress(), sessionKey: KEY }, testHost("/nonexistent"));
  const inbound = { accept: async () => [], cursor: async () => undefined };
  const aborts = [new AbortController(), new AbortController()];
  const servings: Promise<void>[] = [];
  for (const abort of aborts) {
    const connected = Promise.withResolvers<void>();
    const serving = channel.serve?.({ ...inbound, report: () => connected.resolve() }, abort.signal);
    servings.push(serving ?? Promise.reject(new Error("it does not serve")));
    await Promise.race([connected.promise, servings.at(-1)]);
    abort.abort();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(servings);
  await channel.close();
  expect(servings).toHaveLength(2);
});

test("a full house turns strangers away and keeps those who are in", async () => {
  const { address } = await serve({ maxVisitors: 1 });
  const first = open({ address });
  await first.connected();
  const second = open({ address });
  await expect.poll(() => second.refusedWith()).toBe(503);
  first.close();
  await second.connected();
});

test("without a session key, one is made in the account's folder and found again", async () => {
  const folder = temporaryFolder();
  cleanups.push(folder.remove);
  const address = await freeAddress();
  const first = await serveWebchat({ bind: address }, folder.path);
  const { cookie = "" } = await postSession(address, `http://${address}`, "");
  await first.stop();
  const second = await serveWebchat({ bind: address }, folder.path);
  cleanups.push(() => second.stop());
  expect(await upgrade(address, { origin: `http://${address}`, cookie })).toBe(101);
});
