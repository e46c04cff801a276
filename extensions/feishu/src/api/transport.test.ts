import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createTransport, jsonBody } from "./transport.ts";

const { signal } = new AbortController();
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serverThat(answers: RequestListener): Promise<URL> {
  const server = createServer(answers);
  await once(server.listen(0, "127.0.0.1"), "listening");
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

function post(url: URL) {
  const transport = createTransport(url);
  cleanups.push(() => transport.close());
  return transport.text({ method: "POST", url, body: jsonBody({ words: "一二三" }) }, signal);
}

test("a request that nobody saw was not sent", async () => {
  const sent = post(new URL("http://loong.invalid:81"));
  await expect(sent).rejects.toMatchObject({ code: "FEISHU_UNREACHABLE", outcome: "not-sent" });
});

test("nobody knows what became of one whose answer is lost", async () => {
  const url = await serverThat((request) => void request.socket.destroy());
  await expect(post(url)).rejects.toMatchObject({ code: "FEISHU_NO_ANSWER", outcome: "unknown" });
});

test("a body goes with its kind and its length, which the platform asks for", async () => {
  const url = await serverThat(({ headers }, answer) => void answer.end(JSON.stringify(headers)));
  const { text } = await post(url);
  expect(JSON.parse(text)).toMatchObject({ "content-type": "application/json; charset=utf-8", "content-length": "21" });
});
