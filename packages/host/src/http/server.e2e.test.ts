import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { GatewayStatus } from "@loong/api";
import type { WebhookRequest, WebhookResponse } from "@loong/sdk";
import { afterEach, describe, expect, test } from "vitest";
import { type HttpLimits, httpLimits } from "./limits.ts";
import { type HttpSurface, openHttp } from "./server.ts";
import type { WebhookRoute } from "./webhook-router.ts";

const PATH = "/relay/events";
const quick: HttpLimits = { ...httpLimits, bodyMs: 300, answerMs: 400, lingerMs: 500 };

let opened: HttpSurface[] = [];
afterEach(async () => {
  await Promise.all(opened.map((http) => http.close(0)));
  opened = [];
});

interface Options {
  readonly limits?: HttpLimits;
  readonly handle?: (request: WebhookRequest) => Promise<WebhookResponse>;
  readonly metricsToken?: string;
  readonly ready?: boolean;
}

async function setUp({ limits = httpLimits, handle = takeAll, metricsToken, ready = true }: Options = {}) {
  const status = async () =>
    ({ ready, phase: "running", surfaces: [surface], queues: null }) as unknown as GatewayStatus;
  const http = await openHttp({
    host: "127.0.0.1",
    port: 0,
    limits,
    status,
    isShared: () => false,
    ...(metricsToken === undefined ? {} : { metricsToken }),
  });
  opened.push(http);
  const seen = { refused: [] as string[], failed: 0, handled: 0 };
  const route = (path = PATH, account = "work"): WebhookRoute => ({
    path,
    channel: "relay",
    account,
    handle: (request) => {
      seen.handled += 1;
      return handle(request);
    },
    refused: (reason) => void seen.refused.push(reason),
    failed: () => void (seen.failed += 1),
  });
  const place = http.place();
  const pause = await place.serve(route());
  return { http, seen, route, place, pause, url: `http://127.0.0.1:${http.bind.port}` };
}

const surface = {
  channel: "relay",
  account: "work",
  state: "CONNECTED",
  transport: null,
  received: 3,
  refused: { size: 2 },
};
const takeAll = async () => ({ status: 200, body: '{"taken":true}' });
const json = { "content-type": "application/json" };

type Body = NonNullable<NonNullable<Parameters<typeof fetch>[1]>["body"]>;

function post(url: string, body: Body = "{}", headers: Record<string, string> = json): Promise<Response> {
  return fetch(url, { method: "POST", body, headers });
}

/** Sends bytes as they are and collects what comes back until the connection ends. */
async function raw(http: HttpSurface, ...pieces: readonly (string | number)[]): Promise<string> {
  const socket = connect(http.bind.port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    answer += chunk;
  });
  socket.on("error", () => undefined);
  const closed = once(socket, "close");
  for (const piece of pieces) {
    if (typeof piece === "number") await sleep(piece);
    else socket.write(piece);
  }
  await closed;
  return answer;
}

describe("a webhook", () => {
  test("hands over the bytes as they came, and the answer as it is", async () => {
    const requests: WebhookRequest[] = [];
    const { url } = await setUp({
      handle: async (request) => {
        requests.push(request);
        return { status: 202, headers: { "X-Own": "1" }, body: "ü" };
      },
    });
    const body = '{ "a" : 1,\n "ü": "\\u0000" }';
    const response = await post(`${url}${PATH}?x=1&y=a%20b`, body, {
      "content-type": "application/json; charset=utf-8",
      "X-Sign": "abc",
    });
    expect([response.status, response.headers.get("x-own"), await response.text()]).toEqual([202, "1", "ü"]);
    const [request] = requests;
    expect(Buffer.from(request?.body ?? []).toString()).toBe(body);
    expect(request).toMatchObject({
      method: "POST",
      path: PATH,
      query: { x: "1", y: "a b" },
      headers: { "x-sign": "abc" },
    });
  });

  test("shows a header that was sent twice as a list", async () => {
    const requests: WebhookRequest[] = [];
    const { http } = await setUp({
      handle: async (request) => {
        requests.push(request);
        return { status: 200 };
      },
    });
    await raw(
      http,
      `POST ${PATH} HTTP/1.1\r\nhost: x\r\nx-sign: a\r\nx-sign: b\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
    );
    expect(requests[0]?.headers["x-sign"]).toEqual(["a", "b"]);
  });

  test.each(["GET", "HEAD"])("answers %s with OK", async (method) => {
    const { url, seen } = await setUp();
    const response = await fetch(`${url}${PATH}`, { method });
    expect([response.status, await response.text()]).toEqual([200, method === "GET" ? "OK" : ""]);
    expect(seen.handled).toBe(0);
  });

  test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"])(
    "refuses %s and says what is allowed",
    async (method) => {
      const { url } = await setUp();
      const response = await fetch(`${url}${PATH}`, { method });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
    },
  );

  test("a failure is no acknowledgement", async () => {
    const { url, seen } = await setUp({ handle: () => Promise.reject(new Error("disk full: /secret/path")) });
    const response = await post(`${url}${PATH}`);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await response.text()).not.toContain("secret");
    expect([seen.failed, seen.refused]).toEqual([1, ["failed"]]);
  });

  test.each([[{ status: 99 }], [{ status: 200, headers: { "x-bad": "a\nb" } }], [undefined]])(
    "an answer that is none (%j) is a failure",
    async (answer) => {
      const { url } = await setUp({ handle: async () => answer as WebhookResponse });
      expect((await post(`${url}${PATH}`)).status).toBe(503);
    },
  );

  test("a channel that never answers is answered for", async () => {
    const { url } = await setUp({ limits: quick, handle: () => new Promise(() => undefined) });
    expect((await post(`${url}${PATH}`)).status).toBe(503);
  });

  test("keeps the connection of a caller whose requests are fine", async () => {
    const { http } = await setUp();
    const one = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n`;
    const answer = await raw(http, `${one}\r\n{}`, 50, `${one}connection: close\r\n\r\n{}`);
    expect(answer.match(/HTTP\/1.1 200/g)).toHaveLength(2);
  });
});

describe("stage by stage", () => {
  const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n`;

  test.each([
    ["a length and a coding", "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", "content-length: 2\r\ncontent-length: 4\r\n\r\n{}{}"],
    ["a length below nothing", "content-length: -1\r\n\r\n{}"],
    ["a coding nobody knows", "transfer-encoding: xchunked\r\n\r\n{}"],
    ["a space before the colon", "content-length : 2\r\n\r\n{}"],
  ])("smuggling: %s is no request", async (_what, rest) => {
    const { http, seen } = await setUp();
    expect(await raw(http, `${head}${rest}`)).toMatch(/^HTTP\/1.1 400 /);
    expect(seen.handled).toBe(0);
  });

  test.each([
    ["in other letters", PATH.toUpperCase()],
    ["with an end", `${PATH}/`],
    ["with dots", `/x/..${PATH}`],
    ["with codes", PATH.replace("e", "%65")],
    ["of two slashes", `/${PATH}`],
    ["of a whole address", `http://evil.example.com${PATH}`],
  ])("a path %s is another path", async (_what, path) => {
    const { http, seen } = await setUp();
    const rest = "host: x\r\ncontent-length: 2\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{}";
    expect(await raw(http, `POST ${path} HTTP/1.1\r\n${rest}`)).toMatch(/^HTTP\/1.1 404 /);
    expect(seen.handled).toBe(0);
  });

  test("browser: a page of another site cannot post, and is given no leave to", async () => {
    const { url, seen } = await setUp();
    const from = { origin: "https://evil.example.com" };
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const response = await post(`${url}${PATH}`, "{}", { ...from, "content-type": type });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([415, null]);
    }
    const asked = { ...from, "access-control-request-method": "POST" };
    const response = await fetch(`${url}${PATH}`, { method: "OPTIONS", headers: asked });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([405, null]);
    expect(seen.handled).toBe(0);
  });

  test.each([
    [{ "x-forwarded-for": "127.0.0.1" }],
    [{ "x-forwarded-for": "203.0.113.9, 127.0.0.1" }],
    [{ "x-real-ip": "::1", forwarded: "for=127.0.0.1" }],
    [{ "cf-connecting-ip": "127.0.0.1", "true-client-ip": "127.0.0.1" }],
  ] as Record<string, string>[][])("loopback trusted: %j frees no forger", async (claims) => {
    const limits = { ...httpLimits, badSignatures: 3 };
    const { url } = await setUp({ limits, handle: async () => ({ status: 401, refused: "signature" }) });
    const statuses = [];
    for (let count = 0; count < 5; count++)
      statuses.push((await post(`${url}${PATH}`, "{}", { ...json, ...claims })).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
  });

  test.each([
    [{ "x-forwarded-for": "203.0.113.9" }],
    [{ "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9" }],
  ] as Record<string, string>[][])("loopback trusted: nor does %j put the blame on another", async (claims) => {
    const limits = { ...httpLimits, badSignatures: 1 };
    const { url } = await setUp({ limits, handle: async () => ({ status: 401, refused: "signature" }) });
    expect((await post(`${url}${PATH}`, "{}", { ...json, ...claims })).status).toBe(401);
    expect((await post(`${url}${PATH}`)).status).toBe(429);
  });
});

describe("limits", () => {
  test("a body that says it is too large is refused before it is read", async () => {
    const { http, seen } = await setUp();
    const answer = await raw(
      http,
      `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10485760\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 413 [^]*connection: close/i);
    expect(seen).toMatchObject({ handled: 0, refused: ["size"] });
  });

  test("a caller that sends 10 MB all the same reads the refusal", async () => {
    const { url } = await setUp();
    const response = await post(`${url}${PATH}`, Buffer.alloc(10 * 1024 * 1024, 32));
    expect(response.status).toBe(413);
  });

  test("a chunked body is cut off at the limit", async () => {
    const { http, seen } = await setUp();
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`;
    const answer = await raw(http, head, chunk, chunk, chunk, chunk, chunk, chunk);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(seen).toMatchObject({ handled: 0, refused: ["size"] });
  });

  test("a body at the limit is taken", async () => {
    const { url } = await setUp();
    expect((await post(`${url}${PATH}`, "x".repeat(httpLimits.bodyBytes))).status).toBe(200);
    expect((await post(`${url}${PATH}`, "x".repeat(httpLimits.bodyBytes + 1))).status).toBe(413);
  });

  test("a body that dribbles in is given up, and a healthy caller does not notice", async () => {
    const { http, url, seen } = await setUp({ limits: quick });
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n`;
    const slow = Promise.all(Array.from({ length: 40 }, () => raw(http, head, "{", 100, "x", 100, "x", 100, "x")));
    expect((await post(`${url}${PATH}`)).status).toBe(200);
    for (const answer of await slow) expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(seen.refused).toEqual(Array.from({ length: 40 }, () => "deadline"));
  });

  test("of more than 64 unread bodies of one account the slowest gives way, and a healthy caller is served", async () => {
    const { http, url, seen } = await setUp({ limits: { ...quick, bodyMs: 20_000 } });
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n`;
    const slowest = await open(http, head);
    const answer = once(slowest.setEncoding("utf8"), "data");
    const sockets = await Promise.all(Array.from({ length: 79 }, () => open(http, head)));
    await expect.poll(() => seen.refused.length).toBe(16);
    expect((await post(`${url}${PATH}`)).status).toBe(200);
    expect(String(await answer)).toMatch(/^HTTP\/1.1 503 [^]*retry-after: 5/i);
    expect(new Set(seen.refused)).toEqual(new Set(["unread"]));
    for (const socket of [slowest, ...sockets]) socket.destroy();
  });

  test("of too many connections the one that waits longest gives way, and a healthy caller is served", async () => {
    const { http, url } = await setUp({ limits: { ...httpLimits, sockets: 8 } });
    const idle = await Promise.all(Array.from({ length: 24 }, () => open(http, "POST ")));
    expect((await post(`${url}${PATH}`)).status).toBe(200);
    await expect.poll(() => idle.filter(({ destroyed }) => destroyed).length).toBe(17);
    for (const socket of idle) socket.destroy();
  });

  test("a request that is being answered is not what gives way", async () => {
    const gate = Promise.withResolvers<WebhookResponse>();
    const { http, url, seen } = await setUp({ limits: { ...httpLimits, sockets: 4 }, handle: () => gate.promise });
    const running = post(`${url}${PATH}`);
    await expect.poll(() => seen.handled).toBe(1);
    const idle = await Promise.all(Array.from({ length: 12 }, () => open(http, "POST ")));
    await expect.poll(() => idle.filter(({ destroyed }) => destroyed).length).toBe(9);
    gate.resolve({ status: 200 });
    expect((await running).status).toBe(200);
    for (const socket of idle) socket.destroy();
  });

  test("senders that go away leave nothing behind", async () => {
    const { http, url, seen } = await setUp();
    const head = `POST ${PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{`;
    for (let round = 0; round < 3; round++) {
      const sockets = await Promise.all(Array.from({ length: 40 }, () => open(http, head)));
      for (const socket of sockets) socket.destroy();
      await sleep(50);
    }
    expect((await post(`${url}${PATH}`)).status).toBe(200);
    expect(seen).toMatchObject({ handled: 1, refused: [] });
  });

  test.each([
    ["gzip", { ...json, "content-encoding": "gzip" }, gzipSync("{}")],
    ["deflate", { ...json, "content-encoding": "deflate" }, "{}"],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "a=1"],
    ["text", { "content-type": "text/plain" }, "{}"],
    ["something like JSON", { "content-type": "application/jsonp" }, "{}"],
  ] as [string, Record<string, string>, Body][])("%s is refused", async (_name, headers, body) => {
    const { url, seen } = await setUp();
    expect((await post(`${url}${PATH}`, body, headers)).status).toBe(415);
    expect(seen.handled).toBe(0);
  });

  test("identity is no encoding", async () => {
    const { url } = await setUp();
    expect((await post(`${url}${PATH}`, "{}", { ...json, "content-encoding": "identity" })).status).toBe(200);
  });

  test("100,000 brackets reach the channel as bytes", async () => {
    const { url } = await setUp({
      handle: async ({ body }) => ({ status: depthOf(body) > 32 ? 400 : 200, refused: "depth" }),
    });
    expect((await post(`${url}${PATH}`, "[".repeat(100_000))).status).toBe(400);
  });

  test("headers over 16 KB", async () => {
    const { http } = await setUp();
    const answer = await raw(http, `GET ${PATH} HTTP/1.1\r\nhost: x\r\nx-long: ${"x".repeat(17_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 431 [^]*HTTP_HEADERS/);
  });

  test("what is no HTTP gets a word and an end", async () => {
    const { http } = await setUp();
    const answer = await raw(http, "hello <script>\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).not.toContain("script");
  });

  test("twenty forged requests in a minute are enough", async () => {
    const { url, seen } = await setUp({ handle: async () => ({ status: 401, refused: "signature" }) });
    for (let count = 0; count < 20; count++) expect((await post(`${url}${PATH}`)).status).toBe(401);
    const refused = await post(`${url}${PATH}`);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect([seen.handled, seen.refused.at(-1)]).toEqual([20, "rate"]);
  });

  test("so are six hundred that prove nothing, and a platform that proves its own may go on", async () => {
    const limits = { ...httpLimits, unprovenRequests: 6 };
    const { url, seen } = await setUp({
      limits,
      handle: async ({ body }) => ({ status: body.length > 2 ? 200 : 400 }),
    });
    for (let count = 0; count < 30; count++) expect((await post(`${url}${PATH}`, "[{}]")).status).toBe(200);
    for (let count = 0; count < 6; count++) expect((await post(`${url}${PATH}`)).status).toBe(400);
    const refused = await post(`${url}${PATH}`);
    expect([refused.status, refused.headers.get("retry-after"), seen.refused]).toEqual([429, "60", ["requests"]]);
  });

  test("a platform whose events cannot be stored is told to come again, however often it does", async () => {
    const limits = { ...httpLimits, unprovenRequests: 6 };
    const { url } = await setUp({ limits, handle: () => Promise.reject(new Error("full")) });
    for (let count = 0; count < 20; count++) expect((await post(`${url}${PATH}`)).status).toBe(503);
  });
});

describe("what is not a webhook", () => {
  test.each([
    ["GET", "/"],
    ["GET", "/nothing"],
    ["POST", "/nothing"],
    ["GET", "/metrics"],
    ["GET", `${PATH}/`],
    ["GET", "/RELAY/events"],
    ["DELETE", "/healthz"],
    ["POST", "/readyz"],
    ["PROPFIND", "/x"],
    ["GET", "/%ff"],
  ])("%s %s is 404 in JSON, never a page", async (method, path) => {
    const { url } = await setUp();
    const response = await fetch(`${url}${path}`, {
      method,
      ...(method === "POST" ? { body: "[[[", headers: json } : {}),
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([404, "application/json; charset=utf-8"]);
    expect(await response.json()).toEqual({ error: { code: "HTTP_NOT_FOUND", message: "There is nothing here." } });
  });

  test("health and readiness", async () => {
    const ready = await setUp();
    expect(await (await fetch(`${ready.url}/healthz`)).json()).toEqual({ status: "ok" });
    expect((await fetch(`${ready.url}/readyz`)).status).toBe(200);
    const waiting = await setUp({ ready: false });
    const response = await fetch(`${waiting.url}/readyz`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      ready: false,
      accounts: [{ channel: "relay", account: "work", state: "CONNECTED" }],
    });
  });

  test.each(["rebound.example.com", "localhost.", "127.0.0.1.example.com:80", ""])(
    "browser: under the name %j nobody learns which accounts there are (DNS rebinding)",
    async (host) => {
      const { http } = await setUp();
      const answer = await raw(http, `GET /readyz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 200 [^]*{"ready":true,"phase":"running"}/);
      expect(answer).not.toContain("relay");
    },
  );

  test.each(["localhost", "localhost:18789", "127.0.0.1", "10.0.0.7:80", "[::1]:18789"])(
    "probes that call %s do",
    async (host) => {
      const { http } = await setUp();
      const answer = await raw(http, `GET /readyz HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      expect(answer).toContain("relay");
    },
  );

  test.each([
    ["in the query", "/metrics?token=s3cret&access_token=s3cret", {}],
    ["as Basic", "/metrics", { authorization: `Basic ${Buffer.from("s3cret:s3cret").toString("base64")}` }],
    ["as a cookie", "/metrics", { cookie: "token=s3cret" }],
    ["under a name of its own", "/metrics", { "x-api-key": "s3cret" }],
    ["in part", "/metrics", { authorization: "Bearer s3cre" }],
    ["with more behind it", "/metrics", { authorization: `Bearer s3cret ${"x".repeat(1_000)}` }],
    ["in capitals", "/metrics", { authorization: "Bearer S3CRET" }],
    ["and a claim to be this machine", "/metrics", { "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1" }],
  ] as [string, string, Record<string, string>][])(
    "loopback trusted: a token %s opens no metrics",
    async (_how, path, headers) => {
      const { url } = await setUp({ metricsToken: "s3cret" });
      const response = await fetch(`${url}${path}`, { headers });
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain("loong_");
    },
  );

  test("who guesses at the token of the metrics is silenced", async () => {
    const { url } = await setUp({ metricsToken: "s3cret" });
    const ask = (token: string) => fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    for (let guess = 0; guess < 20; guess++) expect((await ask(`guess-${guess}`)).status).toBe(401);
    const refused = await ask("s3cret");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
  });

  test("metrics are for those who have the token", async () => {
    const { url } = await setUp({ metricsToken: "s3cret" });
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
    const text = await (await fetch(`${url}/metrics`, { headers: { authorization: "Bearer s3cret" } })).text();
    expect(text).toContain('loong_events_received_total{channel="relay",account="work"} 3\n');
    expect(text).toContain('loong_requests_refused_total{channel="relay",account="work",reason="size"} 2\n');
  });
});

describe("routes", () => {
  test("a path belongs to one account", async () => {
    const { http, route } = await setUp();
    await expect(http.place().serve(route(PATH, "home"))).rejects.toMatchObject({ code: "HTTP_PATH_TAKEN" });
  });

  test.each(["/healthz", "/readyz", "/metrics", "/", "relay", "/a b", "/a?b"])("%s cannot be one", async (path) => {
    const { http, route } = await setUp();
    await expect(http.place().serve(route(path))).rejects.toMatchObject({ code: "HTTP_PATH_INVALID" });
  });

  test("an account that is not served now keeps its path, and says to come again", async () => {
    const { place, pause, route, seen, url } = await setUp();
    pause();
    const refused = await post(`${url}${PATH}`);
    expect([refused.status, refused.headers.get("retry-after"), seen.refused]).toEqual([503, "5", ["not-served"]]);
    expect((await fetch(`${url}${PATH}`)).status).toBe(503);
    const pauseAgain = await place.serve(route());
    expect((await post(`${url}${PATH}`)).status).toBe(200);
    pause();
    expect((await post(`${url}${PATH}`)).status).toBe(200);
    pauseAgain();
    expect((await post(`${url}${PATH}`)).status).toBe(503);
    await place.leave();
    expect((await post(`${url}${PATH}`)).status).toBe(404);
  });

  test("while the path of an account is not known yet, no path is called wrong", async () => {
    const { http, url, route } = await setUp();
    const statuses = async () => [(await post(`${url}/later`)).status, (await fetch(`${url}/later`)).status];
    const [first, second, third] = [http.place(), http.place(), http.place()];
    expect(await statuses()).toEqual([503, 404]);
    expect((await post(`${url}/readyz`)).status).toBe(404);
    first?.none();
    await second?.serve(route("/second", "second"));
    expect(await statuses()).toEqual([503, 404]);
    await third?.leave();
    expect(await statuses()).toEqual([404, 404]);
  });

  test("an account that moves to another path leaves the old one", async () => {
    const { place, route, url } = await setUp();
    await place.serve(route("/moved"));
    expect([(await post(`${url}/moved`)).status, (await post(`${url}${PATH}`)).status]).toEqual([200, 404]);
  });

  test("a bind of its own has its webhooks and nothing else", async () => {
    const { http, route, url } = await setUp();
    const port = await freePort();
    const place = http.place();
    await place.serve(route("/own", "a"), `127.0.0.1:${port}`);
    await http.place().serve(route("/other", "b"), `127.0.0.1:${port}`);
    const own = `http://127.0.0.1:${port}`;
    expect((await post(`${own}/own`)).status).toBe(200);
    expect((await post(`${own}/other`)).status).toBe(200);
    expect([(await fetch(`${own}/healthz`)).status, (await post(`${url}/own`)).status]).toEqual([404, 404]);
    await place.leave();
    expect([(await post(`${own}/own`)).status, (await post(`${own}/other`)).status]).toEqual([404, 200]);
  });

  test("a bind of its own answers for an account that is not served now; the last to leave closes it", async () => {
    const { http, route } = await setUp();
    const port = await freePort();
    const place = http.place();
    const pause = await place.serve(route("/own"), `127.0.0.1:${port}`);
    pause();
    expect((await post(`http://127.0.0.1:${port}/own`)).status).toBe(503);
    await place.leave();
    await expect(fetch(`http://127.0.0.1:${port}/own`)).rejects.toThrow("fetch failed");
    await http.place().serve(route("/own"), `127.0.0.1:${port}`);
  });

  test.each([
    ["127.0.0.1:notaport", "HTTP_BIND_INVALID"],
    ["127.0.0.1:70000", "HTTP_BIND_INVALID"],
    ["203.0.113.7:8080", "HTTP_BIND_TAKEN"],
  ])("a bind to %s is a problem of its account", async (bind, code) => {
    const { http, route } = await setUp();
    await expect(http.place().serve(route("/own"), bind)).rejects.toMatchObject({ code });
  });

  test("a port that is taken", async () => {
    const { http } = await setUp();
    const status = async () => ({}) as GatewayStatus;
    await expect(openHttp({ host: "127.0.0.1", port: http.bind.port, status })).rejects.toMatchObject({
      code: "GATEWAY_PORT_TAKEN",
      hint: expect.stringContaining("--port") as string,
    });
  });
});

test("closing lets a running request end, and waits no longer", async () => {
  const gate = Promise.withResolvers<void>();
  const { http, url, seen } = await setUp({
    handle: async () => {
      await gate.promise;
      return { status: 200 };
    },
  });
  const running = post(`${url}${PATH}`);
  await expect.poll(() => seen.handled).toBe(1);
  // Longer than this test may take.
  const closed = http.close(120_000);
  await sleep(50);
  gate.resolve();
  expect((await running).status).toBe(200);
  await closed;
});

async function open(http: HttpSurface, text: string): Promise<Socket> {
  const socket = connect(http.bind.port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(text);
  return socket;
}

async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

function depthOf(body: Uint8Array): number {
  let deepest = 0;
  let depth = 0;
  for (const byte of body) {
    if (byte === 91) deepest = Math.max(deepest, ++depth);
    else if (byte === 93) depth--;
  }
  return deepest;
}
