import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { judgeClock, watchServerClocks } from "./clock-skew.ts";

async function serverAt(date: Date): Promise<string> {
  const server = createServer((_request, response) => response.setHeader("date", date.toUTCString()).end("x"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const callers = {
  fetch: async (url: string) => void (await (await fetch(url)).text()),
  "node:http": (url: string) =>
    new Promise<void>((resolve, reject) => {
      get(url, { agent: false }, (response) => response.resume().on("end", resolve)).on("error", reject);
    }),
};

test.each(Object.entries(callers))("an answer to %s tells how far the clock is off", async (_name, call) => {
  const nowMs = Date.now();
  const url = await serverAt(new Date(nowMs));
  for (const [offMs, level, words] of [
    [0, "ok", "agrees"],
    [300_000, "warn", "300 s ahead of"],
    [-90_000, "warn", "90 s behind"],
  ] as const) {
    using clocks = watchServerClocks(() => Math.floor(nowMs / 1000) * 1000 + offMs);
    expect(clocks.check()).toBeUndefined();
    await call(url);
    await expect.poll(() => clocks.check(), { timeout: 10_000 }).toMatchObject({ id: "clock.skew", level });
    expect(clocks.check()?.detail).toContain(words);
  }
});

test("nobody is listened to afterwards", async () => {
  const url = await serverAt(new Date());
  const clocks = watchServerClocks(Date.now);
  clocks[Symbol.dispose]();
  await callers.fetch(url);
  expect(clocks.check()).toBeUndefined();
});

test("one server that agrees is enough", () => {
  const skews = [
    { server: "a", skewMs: -400_000 },
    { server: "b", skewMs: 1_000 },
  ];
  expect(judgeClock(skews)?.level).toBe("ok");
});
