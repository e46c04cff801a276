import { once } from "node:events";
import { createServer } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { exchangeText } from "./http-exchange.ts";
import { createHttpPool } from "./http-pool.ts";

test("one connection serves again and again", async () => {
  const ports = new Set<number | undefined>();
  const server = createServer((request, answer) => {
    ports.add(request.socket.remotePort);
    request.resume().on("end", () => answer.end("{}"));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const agent = createHttpPool(url);
  for (let round = 0; round < 5; round++) {
    await exchangeText({ method: "POST", url, agent, body: "{}" }, 100, new AbortController().signal);
  }
  agent.destroy();
  server.close();
  expect(ports.size).toBe(1);
});

test("the process's proxy is for other hosts and never for this machine", () => {
  const before = https.globalAgent;
  https.globalAgent = new https.Agent({ proxyEnv: { HTTPS_PROXY: "http://127.0.0.1:9" } });
  try {
    expect(createHttpPool(new URL("https://chat.example.com"))).toHaveProperty("options.proxyEnv");
    for (const here of ["https://127.0.0.1:8443", "https://localhost", "https://[::1]", "http://chat.example.com"])
      expect(createHttpPool(new URL(here))).not.toHaveProperty("options.proxyEnv");
  } finally {
    https.globalAgent = before;
  }
});
