import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test as base } from "vitest";
import { readOwner } from "../src/owner/index.ts";
import { createHome } from "./gateway-process.ts";
import { tempDir } from "./temp-dir.ts";

const webhook = (out: string, more = "") =>
  `  relay: { mode: webhook, token: tok-of-relay, outFile: ${out}, dmPolicy: open, allowFrom: ["*"]${more} }\n`;

const test = base.extend<{ readonly at: ReturnType<typeof createHome> }>({
  // oxlint-disable-next-line no-empty-pattern
  at: async ({}, use) => {
    const home = createHome(tempDir());
    await use(home);
    await home.leave();
  },
});

function tell(port: number | null, id: string, say: string, room = "room-1"): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/relay/events`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-relay-token": "tok-of-relay" },
    body: JSON.stringify({ id, room, from: "someone", say }),
  });
}

describe("a gateway", () => {
  test("answers what comes in by webhook, and ends within its time", async ({ at }) => {
    at.configure(webhook(at.outFile), "gateway: { port: 0, publicUrl: https://bots.example.com/b/ }\n");
    const gateway = at.start({});
    const { port, surfaces, address } = await at.ready(gateway);
    const transport = "webhook https://bots.example.com/b/relay/events";
    expect(surfaces).toMatchObject([{ channel: "relay", account: "default", state: "CONNECTING", transport }]);
    expect(await readOwner(at.paths)).toMatchObject({ port, address: `127.0.0.1:${port}` });
    expect((await fetch(`http://${address}/readyz`)).status).toBe(200);
    expect((await tell(port, "e1", "hello")).status).toBe(200);
    expect(await (await tell(port, "e1", "hello")).json()).toEqual({ accepted: ["duplicate"] });
    expect(await at.saidWhen(1)).toMatchObject([{ to: "room-1", text: "hello (0 before)" }]);
    await at.status(gateway, ({ surfaces: [surface] }) => surface?.state === "CONNECTED" && surface.received === 1);

    const startedAtMs = performance.now();
    gateway.child.kill("SIGTERM");
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedAtMs).toBeLessThan(8_000);
    expect(gateway.result()).toEqual({ code: 0, reason: "SIGTERM" });
    expect(await readOwner(at.paths)).toMatchObject({ phase: "stopped", running: false, shutdownReason: "SIGTERM" });
    expect(at.said()).toHaveLength(1);
  });

  test("answers so many messages of one sender in a minute, and says once that the others are not", async ({ at }) => {
    at.configure(webhook(at.outFile), "gateway: { messagesPerMinute: 2 }\n");
    const gateway = at.start();
    const { port } = await at.ready(gateway);
    for (let n = 1; n <= 6; n++) expect((await tell(port, `e${n}`, `hello ${n}`)).status).toBe(200);
    await at.status(gateway, ({ queues }) => queues?.outbox.sent === 3 && queues.inbox.denied === 4);
    expect(at.said().filter(({ text }) => text.includes("faster than I can answer"))).toHaveLength(1);
    await at.status(gateway, () => gateway.stderr().includes("loong config set gateway.messagesPerMinute 6"));
  });

  test("says where everything is and whether the accounts work, and no secret", async ({ at }) => {
    at.configure(webhook(at.outFile));
    const gateway = at.start();
    const { logFile, address } = await at.ready(gateway);
    await at.status(gateway, () => gateway.stderr().includes("probe ok: Relay default"));
    for (const words of [
      "1.2.3",
      join(at.paths.home, "config.yaml"),
      at.paths.home,
      `http://${address}`,
      "[relay] [default] probe ok",
    ]) {
      expect(gateway.stderr()).toContain(words);
    }
    expect(gateway.stderr()).toContain(logFile ?? "no log file");
    await tell(null, "x", "x").catch(() => undefined);
    expect(gateway.stderr() + readFileSync(logFile ?? "", "utf8")).not.toContain("tok-of-relay");
    expect([statSync(at.paths.home).mode & 0o077, statSync(at.paths.journalFile).mode & 0o077]).toEqual([0, 0]);
  });

  test("is the only one: a second one is told at once who is there", async ({ at }) => {
    at.configure(webhook(at.outFile));
    const first = at.start();
    await at.ready(first);
    const second = at.start();
    expect((await second.ended).code).toBe(78);
    expect(second.result()).toMatchObject({
      error: { code: "GATEWAY_ALREADY_RUNNING", message: expect.stringContaining(String(first.child.pid)) as string },
    });
    expect((await at.control.status()).pid).toBe(first.child.pid);
  });

  test("takes over after kill -9 and finishes what was open", async ({ at }) => {
    at.configure(webhook(at.outFile));
    const compiled = join(at.paths.cacheDir, "compiled");
    const first = at.start(undefined, { NODE_COMPILE_CACHE: compiled });
    const { port } = await at.ready(first);
    expect((await tell(port, "e1", "slow")).status).toBe(200);
    await at.status(first, ({ queues }) => queues?.runningTurns === 1);
    expect((await tell(port, "e2", "later", "room-2")).status).toBe(200);
    expect(await at.saidWhen(1)).toMatchObject([{ to: "room-2" }]);
    await at.status(first, ({ queues }) => queues?.outbox.sent === 1);
    first.child.kill("SIGKILL");
    await first.ended;
    expect(await readOwner(at.paths)).toMatchObject({ phase: "failed", running: false });
    // What was compiled for it is there for the next one, or that one would take several times as long to start.
    expect(readdirSync(compiled, { recursive: true }).length).toBeGreaterThan(100);

    const second = at.start();
    await at.ready(second);
    await at.status(second, ({ queues }) => queues?.runningTurns === 1);
    expect(at.said()).toHaveLength(1);
  });

  test("gives a turn back when it has to end before the turn does", async ({ at }) => {
    at.configure(webhook(at.outFile), "gateway: { drainTimeoutMs: 200 }\n");
    const gateway = at.start();
    const { port } = await at.ready(gateway);
    await tell(port, "e1", "slow");
    await at.status(gateway, ({ queues }) => queues?.runningTurns === 1);
    const startedAtMs = performance.now();
    gateway.child.kill("SIGTERM");
    expect((await gateway.ended).code).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(8_000);
  });

  test("goes on without a terminal, whatever the session", async ({ at }) => {
    at.configure(webhook(at.outFile));
    const gateway = at.start({ port: 0, session: "desk" });
    await at.ready(gateway);
    await sleep(300);
    expect(await at.control.status()).toMatchObject({ mode: "attached", session: "desk", phase: "running" });
    const { outcome } = await at.control.stop();
    expect([outcome, (await gateway.ended).code]).toEqual(["requested", 0]);
    expect(gateway.result()).toMatchObject({ reason: "stopped with `loong gateway stop`" });
  });

  test("refuses a wrong selector before anything is locked or made", async ({ at }) => {
    at.configure(webhook(at.outFile));
    const gateway = at.start({ port: 0, selectors: ["relay=work"] });
    await gateway.ended;
    expect(gateway.result()).toMatchObject({ error: { code: "GATEWAY_SELECTOR_UNNAMED" } });
    expect(existsSync(at.paths.lockFile)).toBe(false);
  });

  test("does not take another value for a wrong one of its own: nothing is locked, and the line is named", async ({
    at,
  }) => {
    at.configure(webhook(at.outFile), "gateway: { drainTimeoutMs: soon }\n");
    const gateway = at.start();
    expect((await gateway.ended).code).toBe(78);
    expect(gateway.result()).toMatchObject({
      error: {
        code: "GATEWAY_CONFIG_UNUSABLE",
        message: expect.stringMatching(/gateway\.drainTimeoutMs.*config\.yaml:5:/) as string,
        hint: expect.stringContaining("loong config set gateway.drainTimeoutMs") as string,
      },
    });
    expect(existsSync(at.paths.lockFile)).toBe(false);
  });

  test("refuses a home, or a config, that everybody may change", async ({ at }) => {
    at.configure(webhook(at.outFile));
    for (const [path, mode] of [
      [at.paths.home, 0o777],
      [join(at.paths.home, "config.yaml"), 0o666],
    ] as const) {
      const before = statSync(path).mode;
      chmodSync(path, mode);
      const gateway = at.start();
      await gateway.ended;
      expect(gateway.result()).toMatchObject({
        error: { code: "HOST_WRITABLE_BY_ALL", hint: expect.stringContaining(`chmod go-rwx ${path}`) as string },
      });
      chmodSync(path, before);
    }
    expect(existsSync(at.paths.lockFile)).toBe(false);
  });

  test("refuses a port that is taken, and leaves the lock", async ({ at }) => {
    const { createServer } = await import("node:http");
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    at.configure(webhook(at.outFile));
    const gateway = at.start({ port });
    expect((await gateway.ended).code).toBe(78);
    expect(gateway.result()).toMatchObject({
      error: { code: "GATEWAY_PORT_TAKEN", message: expect.stringContaining(String(port)) as string },
    });
    expect(await readOwner(at.paths)).toMatchObject({ running: false, phase: "failed" });
    server.close();
  });

  test("one bad account does not stop the others", async ({ at }) => {
    at.configure(`  relay:
    outFile: ${at.outFile}
    accounts:
      broken: { mode: broken, token: a }
      clash: { mode: webhook, token: b, webhookPath: /readyz }
      misspelt: { mode: idle, token: c, tokne: x }
      revoked: { mode: idle, token: revoked }
      well: { mode: idle, token: d }
`);
    const gateway = at.start();
    const done = new Set(["UNKNOWN_ERROR", "BAD_CREDENTIALS", "CONNECTED"]);
    const { surfaces, ready } = await at.status(
      gateway,
      (status) => status.surfaces.filter(({ state }) => done.has(state)).length >= 5,
    );
    expect(ready).toBe(false);
    const byId = Object.fromEntries(surfaces.map((surface) => [surface.account, surface]));
    expect(byId).toMatchObject({
      broken: { state: "UNKNOWN_ERROR", nextAttemptAtMs: expect.any(Number) as number },
      clash: { state: "UNKNOWN_ERROR", nextAttemptAtMs: null, reason: expect.stringContaining("/readyz") as string },
      misspelt: { state: "UNKNOWN_ERROR", nextAttemptAtMs: null, reason: expect.stringContaining("tokne") as string },
      revoked: { state: "BAD_CREDENTIALS", hint: "Set another token." },
      well: { state: "CONNECTED", reason: null },
    });
    expect((await fetch(`http://${(await at.control.status()).address}/readyz`)).status).toBe(503);
  });

  test("stops serving after three crashes in a row, stays up and says why", async ({ at }) => {
    at.configure(`  relay: { mode: bomb, token: a, outFile: ${at.outFile} }\n`);
    for (let crash = 0; crash < 3; crash++) expect((await at.start().ended).code).toBe(1);
    const gateway = at.start();
    const { surfaces, phase } = await at.status(
      gateway,
      ({ surfaces: [surface] }) => surface?.state === "UNKNOWN_ERROR",
    );
    expect([phase, surfaces[0]?.nextAttemptAtMs]).toEqual(["running", null]);
    expect(surfaces[0]?.reason).toMatch(/HOST_SAFE_MODE: .* crashed 3 times .*relay\/index\.js/);
    expect(surfaces[0]?.reason).not.toContain("secret words");
  });

  test("starts without a config, and says what to do", async ({ at }) => {
    const gateway = at.start();
    const { surfaces } = await at.ready(gateway);
    expect(surfaces).toEqual([]);
    expect(gateway.stderr()).toContain("loong channels");
  });
});

describe("its operator", () => {
  test("sends, also through an account that only sends, and hears how it ended", async ({ at }) => {
    at.configure(`${webhook(at.outFile)}  horn: {}\n`);
    await at.ready(at.start());
    const content = { type: "text", text: "news" } as const;
    expect(await at.control.send({ channel: "baton", to: "room-9", content })).toMatchObject({
      delivered: true,
      state: "sent",
      channel: "relay",
      account: "default",
      via: "gateway",
    });
    expect(await at.control.send({ channel: "horn", to: "", content })).toMatchObject({
      delivered: true,
      messageId: "heard:news",
    });
    await expect(at.control.send({ channel: "nobody", to: "x", content })).rejects.toMatchObject({
      code: "CONFIG_NO_CHANNEL",
    });
    expect((await at.control.messages({ box: "outbox" })).map(({ preview }) => preview)).toEqual(["news", "news"]);
  });

  test("hears what to do when a message is refused, as without a gateway", async ({ at }) => {
    at.configure(webhook(at.outFile));
    await at.ready(at.start());
    const content = { type: "text", text: "news" } as const;
    expect(await at.control.send({ channel: "relay", to: "nowhere", content })).toMatchObject({
      delivered: false,
      state: "rejected",
      error: { code: "RELAY_NO_ROOM", message: "There is no such room.", hint: "Name a room." },
    });
  });

  test("probes, and talks with the agent in a session that is remembered", async ({ at }) => {
    at.configure(webhook(at.outFile));
    await at.ready(at.start());
    expect(await at.control.probe({ channel: "baton" })).toMatchObject([
      { channel: "relay", account: "default", probe: { ok: true, identity: { name: "Relay default" } } },
    ]);
    const answers: string[] = [];
    for (const message of ["one", "two"]) {
      for await (const event of at.control.chat({ session: "desk", message }))
        if (event.type === "text") answers.push(event.delta);
    }
    expect(answers).toEqual(["one (0 before)", "two (2 before)"]);
  });

  test("lets a stranger in", async ({ at }) => {
    at.configure(`  relay: { mode: webhook, token: tok-of-relay, outFile: ${at.outFile} }\n`);
    const { port } = await at.ready(at.start());
    await tell(port, "e1", "let me in");
    const [prompt] = await at.saidWhen(1);
    const [pending] = await at.control.pairings();
    expect(pending).toMatchObject({ channel: "relay", account: "default", senderId: "someone", state: "pending" });
    expect(prompt?.text).toContain(pending?.code);
    const approved = await at.control.pairingApprove({
      channel: "baton",
      ...(pending?.code ? { code: pending.code } : {}),
    });
    expect(approved).toMatchObject({ senderId: "someone", state: "approved", code: null });
    await at.saidWhen(2);
    await tell(port, "e2", "thanks");
    expect((await at.saidWhen(3))[2]).toMatchObject({ text: "thanks (0 before)" });
    await at.control.pairingRevoke({ channel: "relay", senderId: "someone" });
    expect(await at.control.pairings()).toEqual([]);
  });
});

describe("a changed config", () => {
  test("restarts the account that changed, and no other", async ({ at }) => {
    const two = (path: string) => `  relay:
    accounts:
      a: { mode: webhook, token: tok-of-relay, outFile: ${at.outFile}, webhookPath: ${path} }
      b: { mode: webhook, token: tok-of-relay, outFile: ${at.outFile}, webhookPath: /b }
`;
    at.configure(two("/a"));
    const gateway = at.start();
    const { port, surfaces } = await at.ready(gateway);
    const sinceOf = (id: string, all: typeof surfaces) => all.find(({ account }) => account === id)?.sinceMs;
    at.configure(two("/moved"));
    const after = await at.status(gateway, (status) =>
      status.surfaces.some(({ transport }) => transport === "webhook /moved"),
    );
    expect(sinceOf("b", after.surfaces)).toBe(sinceOf("b", surfaces));
    const statuses = await Promise.all(
      ["/a", "/moved", "/b"].map(async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).status),
    );
    expect(statuses).toEqual([404, 200, 200]);
  });

  test("who may speak changes without a restart", async ({ at }) => {
    at.configure(webhook(at.outFile, ", allowedConversationIds: [room-2]"));
    const gateway = at.start();
    const { port, surfaces } = await at.ready(gateway);
    await tell(port, "e1", "outside");
    at.configure(webhook(at.outFile));
    await at.status(gateway, () => gateway.stderr().includes("the config was read again"));
    await tell(port, "e2", "inside");
    expect(await at.saidWhen(1)).toMatchObject([{ text: "inside (0 before)" }]);
    expect((await at.control.status()).surfaces[0]?.transport).toBe(surfaces[0]?.transport);
  });

  test("a torn file, or a wrong value of the gateway's own, changes nothing and is told", async ({ at }) => {
    at.configure(webhook(at.outFile));
    const gateway = at.start();
    const { port } = await at.ready(gateway);
    writeFileSync(join(at.paths.home, "config.yaml"), "channels: { relay: [");
    await at.status(gateway, () => gateway.stderr().includes("the changed config is not used"));
    await tell(port, "e1", "still here");
    expect(await at.saidWhen(1)).toHaveLength(1);
    at.configure(webhook(at.outFile, ", allowedConversationIds: [room-2]"), "gateway: { messagesPerMinute: -1 }\n");
    await at.status(gateway, () => /not used: .*gateway\.messagesPerMinute/.test(gateway.stderr()));
    await tell(port, "e2", "and here");
    expect(await at.saidWhen(2)).toHaveLength(2);
  });

  test("what needs a restart is told", async ({ at }) => {
    at.configure(webhook(at.outFile));
    const gateway = at.start();
    await at.ready(gateway);
    at.configure(webhook(at.outFile), "gateway: { port: 4711 }\n");
    const { port } = await at.status(gateway, () => gateway.stderr().includes("gateway.port changed"));
    expect(port).not.toBe(4711);
  });
});
