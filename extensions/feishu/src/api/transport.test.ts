import { type Server, createServer } from "node:http";
import { type AddressInfo, type Server as TcpServer, createServer as createTcpServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createTransport, jsonBody } from "./transport.ts";

const { signal } = new AbortController();
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listening(server: Server | TcpServer): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

function transportTo(url: URL) {
  const transport = createTransport(url);
  open.push(() => transport.close());
  return transport;
}

describe("says whether bytes may have been taken", () => {
  test("no: nobody listens", async () => {
    const server = createTcpServer();
    const url = await listening(server);
    server.close();
    const sent = transportTo(url).text({ method: "POST", url, body: jsonBody({}) }, signal);
    await expect(sent).rejects.toMatchObject({ code: "FEISHU_UNREACHABLE", outcome: "not-sent" });
  });

  test("no: the name does not resolve", async () => {
    const url = new URL("http://loong.invalid:81");
    const sent = transportTo(url).text({ method: "POST", url, body: jsonBody({}) }, signal);
    await expect(sent).rejects.toMatchObject({ code: "FEISHU_UNREACHABLE", outcome: "not-sent" });
  });

  test("no: aborted before it began", async () => {
    const url = await listening(createServer());
    const sent = transportTo(url).text({ method: "GET", url }, AbortSignal.abort());
    await expect(sent).rejects.toMatchObject({ code: "FEISHU_UNREACHABLE", outcome: "not-sent" });
  });

  test("perhaps: the connection breaks after the request", async () => {
    const url = await listening(createServer((request) => void request.socket.destroy()));
    const sent = transportTo(url).text({ method: "POST", url, body: jsonBody({ a: 1 }) }, signal);
    await expect(sent).rejects.toMatchObject({ code: "FEISHU_NO_ANSWER", outcome: "unknown" });
  });

  test("perhaps: no answer comes in time", async () => {
    const url = await listening(createServer(() => {}));
    const sent = transportTo(url).text({ method: "POST", url, body: jsonBody({}), timeoutMs: 50 }, signal);
    await expect(sent).rejects.toMatchObject({ code: "FEISHU_NO_ANSWER", outcome: "unknown" });
  });

  test("perhaps: the answer stops in the middle", async () => {
    const url = await listening(
      createServer((_, answer) => void answer.writeHead(200, { "content-length": 9 }).write("{")),
    );
    const sent = transportTo(url).text({ method: "POST", url, body: jsonBody({}), timeoutMs: 100 }, signal);
    await expect(sent).rejects.toMatchObject({ code: "FEISHU_NO_ANSWER", outcome: "unknown" });
  });

  test("perhaps: aborted on the way", async () => {
    const stop = new AbortController();
    const url = await listening(createServer(() => stop.abort()));
    const sent = transportTo(url).text({ method: "POST", url, body: jsonBody({}) }, stop.signal);
    await expect(sent).rejects.toMatchObject({ code: "FEISHU_NO_ANSWER", outcome: "unknown" });
  });
});

test("uses one connection again and again", async () => {
  const ports = new Set<number | undefined>();
  const url = await listening(
    createServer((request, answer) => {
      ports.add(request.socket.remotePort);
      request.resume().on("end", () => answer.end("{}"));
    }),
  );
  const transport = transportTo(url);
  for (let round = 0; round < 5; round++)
    await transport.text({ method: "POST", url, body: jsonBody({ round }) }, signal);
  expect(ports.size).toBe(1);
});

test("uses the process's proxy for other hosts and never for this machine", () => {
  const https = process.getBuiltinModule("node:https");
  const before = https.globalAgent;
  https.globalAgent = new https.Agent({ proxyEnv: { HTTPS_PROXY: "http://127.0.0.1:9" } });
  open.push(() => (https.globalAgent = before));
  expect(transportTo(new URL("https://open.feishu.cn")).agent).toHaveProperty("options.proxyEnv");
  expect(transportTo(new URL("https://127.0.0.1:8443")).agent).not.toHaveProperty("options.proxyEnv");
});
