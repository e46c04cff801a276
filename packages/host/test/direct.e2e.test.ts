import { readFileSync } from "node:fs";
import type { AgentEvent } from "@loong/sdk";
import { describe, expect, test as base } from "vitest";
import { type Direct, openDirect } from "../src/direct.ts";
import { createHome } from "./gateway-process.ts";
import { tempDir } from "./temp-dir.ts";

interface Setting {
  readonly at: ReturnType<typeof createHome>;
  readonly open: (env?: Record<string, string>) => Promise<Direct>;
}

const test = base.extend<Setting>({
  // oxlint-disable-next-line no-empty-pattern
  at: async ({}, use) => {
    const home = createHome(tempDir());
    await use(home);
    await home.leave();
  },
  open: async ({ at }, use) => {
    const opened: Direct[] = [];
    await use(async (env = {}) => {
      const direct = await openDirect({
        env: { LOONG_HOME: at.paths.home, ...env },
        bundled: [],
        version: "1",
        now: Date.now,
      });
      opened.push(direct);
      return direct;
    });
    await Promise.all(opened.map((direct) => direct.close()));
  },
});

const relay = (out: string, token = "tok-of-relay") => `  relay: { mode: webhook, token: ${token}, outFile: ${out} }\n`;
const hello = { channel: "baton", to: "room-1", content: { type: "text", text: "hello" } } as const;

describe("without a gateway", () => {
  test("a message goes out at once", async ({ at, open }) => {
    at.configure(relay(at.outFile));
    const direct = await open();
    expect(await direct.send(hello)).toMatchObject({
      delivered: true,
      state: "sent",
      via: "direct",
      channel: "relay",
      error: null,
    });
    expect(at.said()).toMatchObject([
      { to: "room-1", text: "hello", key: expect.stringMatching(/^[a-z0-9]{20,50}$/) as string },
    ]);
  });

  test("a long message is cut as the gateway would cut it", async ({ at, open }) => {
    at.configure("  horn: {}\n");
    const direct = await open();
    const result = await direct.send({
      channel: "horn",
      to: "",
      content: { type: "text", text: "one two three four" },
    });
    expect(result).toMatchObject({ delivered: true, messageId: expect.stringContaining("four") as string });
  });

  test("bad credentials are told at once, with what to do", async ({ at, open }) => {
    at.configure(relay(at.outFile, "revoked"));
    const direct = await open();
    const startedAtMs = performance.now();
    expect(await direct.send(hello)).toMatchObject({
      delivered: false,
      state: "dead",
      error: { code: "RELAY_TOKEN", message: "The token was revoked.", hint: "Set another token." },
    });
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
  });

  test("a secret that is not there is named", async ({ at, open }) => {
    at.configure(relay(at.outFile, "{ env: MY_TOKEN }"));
    const direct = await open();
    const { delivered, error } = await direct.send(hello);
    expect([delivered, error?.code]).toEqual([false, "CONFIG_ENV_UNSET"]);
    expect(error?.message).toContain("MY_TOKEN");
    expect((await (await open({ MY_TOKEN: "tok-of-relay" })).send(hello)).delivered).toBe(true);
  });

  test("an account that is not there is an error that shows the others", async ({ at, open }) => {
    at.configure(relay(at.outFile));
    const direct = await open();
    await expect(direct.send({ ...hello, account: "work" })).rejects.toMatchObject({
      code: "CONFIG_NO_ACCOUNT",
      message: /default/,
    });
    await expect(direct.send({ ...hello, channel: "rellay" })).rejects.toMatchObject({
      code: "PLUGIN_NOT_FOUND",
      message: /relay/,
    });
  });

  test("accounts, probes, models and one question", async ({ at, open }) => {
    at.configure(`${relay(at.outFile)}  horn: {}\n`);
    const direct = await open();
    expect(direct.accounts().map(({ channel, probe, state }) => [channel, probe, state])).toEqual([
      ["relay", null, null],
      ["horn", null, null],
    ]);
    expect(await direct.probe({ channel: "baton" })).toMatchObject([{ channel: "relay", probe: { ok: true } }]);
    expect(await direct.probe({})).toHaveLength(2);
    expect(await direct.models()).toMatchObject({ providerId: "cage", models: [{ id: "parrot-1" }] });
    const events: AgentEvent[] = [];
    for await (const event of direct.ask({ message: "hi" }, new AbortController().signal)) events.push(event);
    expect(events).toEqual([
      { type: "text", delta: "hi (0 before)" },
      { type: "done", model: "parrot-1" },
    ]);
  });
});

test("with a gateway, that one sends: never a second connection", async ({ at, open }) => {
  at.configure(relay(at.outFile));
  await at.ready(at.start());
  const direct = await open();
  expect(await direct.send(hello)).toMatchObject({ delivered: true, via: "gateway" });
  expect(await direct.probe({})).toMatchObject([{ channel: "relay", state: "CONNECTING" }]);
  expect(readFileSync(at.outFile, "utf8").trim().split("\n")).toHaveLength(1);
});
