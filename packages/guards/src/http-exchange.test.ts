import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type ExchangeRequest, exchangeText, openExchange } from "./http-exchange.ts";
import { createHttpPool } from "./http-pool.ts";

const never = new AbortController().signal;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function listening(server: Server | TcpServer, protocol = "http:"): Promise<URL> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  cleanups.push(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return new URL(`${protocol}//127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const serverThat = (answers: RequestListener) => listening(createServer(answers));

/** A deadline is for the answer only when the connection stands. */
async function connected(answers: RequestListener) {
  const url = await serverThat(answers);
  const agent = createHttpPool(url);
  cleanups.push(() => agent.destroy());
  await exchangeText({ method: "GET", url, agent }, 1_000, never);
  return { url, agent };
}

const post = (url: URL, options: Partial<ExchangeRequest> = {}, signal = never, maxBytes = 1_000) =>
  exchangeText({ method: "POST", url, body: "{}", ...options }, maxBytes, signal);

describe("the other side has seen nothing when", () => {
  test("nobody listens", async () => {
    const server = createTcpServer();
    const url = await listening(server);
    await once(server.close(), "close");
    await expect(post(url)).rejects.toMatchObject({ reached: false, message: "ECONNREFUSED" });
  });

  test("the name does not resolve", async () => {
    await expect(post(new URL("http://loong.invalid:81"))).rejects.toMatchObject({ reached: false });
  });

  test("the name may not be looked up, and the reason goes along", async () => {
    const cause = new Error("not this one");
    const lookup: NonNullable<ExchangeRequest["lookup"]> = (_host, _options, done) => done(cause, "");
    const error = await post(new URL("http://loong.invalid:81"), { lookup }).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ reached: false, message: "failed" });
    expect((error as Error).cause).toBe(cause);
  });

  test("it was aborted before it began", async () => {
    let requests = 0;
    const url = await serverThat(() => (requests += 1));
    await expect(post(url, {}, AbortSignal.abort())).rejects.toMatchObject({ reached: false, message: "aborted" });
    expect(requests).toBe(0);
  });

  test("the TLS handshake breaks off", async () => {
    const url = await listening(
      createTcpServer((socket: Socket) => socket.once("data", () => socket.destroy())),
      "https:",
    );
    await expect(post(url)).rejects.toMatchObject({ reached: false, message: "ECONNRESET" });
  });
});

describe("the other side may have taken it when", () => {
  test("the connection breaks after the request", async () => {
    const url = await serverThat((request) => void request.socket.destroy());
    await expect(post(url)).rejects.toMatchObject({ reached: true, message: "ECONNRESET" });
  });

  test("no answer comes in time", async () => {
    const { url, agent } = await connected((request, answer) => void (request.method === "GET" && answer.end()));
    const sent = openExchange({ method: "POST", url, agent, timeoutMs: 50 }, never);
    await expect(sent).rejects.toMatchObject({ reached: true, message: "timeout" });
  });

  test("the answer stops in the middle", async () => {
    const { url, agent } = await connected((request, answer) => {
      if (request.method === "GET") answer.end();
      else answer.writeHead(200, { "content-length": 9 }).write("{");
    });
    await expect(post(url, { agent, timeoutMs: 50 })).rejects.toMatchObject({ reached: true, message: "timeout" });
  });

  test("it was aborted on the way", async () => {
    const stop = new AbortController();
    const url = await serverThat(() => stop.abort());
    await expect(post(url, {}, stop.signal)).rejects.toMatchObject({ reached: true, message: "aborted" });
  });

  test("its body could not be read to the end", async () => {
    const arrived = Promise.withResolvers<void>();
    async function* body() {
      yield Buffer.from("half");
      await arrived.promise;
      throw new Error("the file is gone");
    }
    const url = await serverThat((request) => void request.resume().once("data", arrived.resolve));
    await expect(post(url, { body: body() })).rejects.toMatchObject({ reached: true });
  });
});

describe("what comes back", () => {
  test("is the status, the headers and the text", async () => {
    const url = await serverThat((_request, answer) => void answer.writeHead(418, { "x-told": "short" }).end("泡茶"));
    expect(await post(url)).toMatchObject({ status: 418, headers: { "x-told": "short" }, text: "泡茶" });
  });

  test("is not waited for beyond the limit", async () => {
    const url = await serverThat((_request, answer) => void answer.write("x".repeat(2_000)));
    expect((await post(url)).text).toBe("x".repeat(1_000));
  });

  test("is no redirect that was followed", async () => {
    const url = await serverThat((_request, answer) => void answer.writeHead(302, { location: "/" }).end());
    expect((await post(url)).status).toBe(302);
  });
});

test.each<[string, ExchangeRequest["body"]]>([
  ["text", "一二三"],
  ["bytes", Buffer.from("一二三")],
])("%s has a length", async (_what, body) => {
  const url = await serverThat((request, answer) => void answer.end(request.headers["content-length"]));
  expect((await post(url, { ...(body && { body }) })).text).toBe("9");
});
