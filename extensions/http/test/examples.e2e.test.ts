// Runs every example of the README as it stands there, against the real channel.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Channel } from "@loong/sdk";
import { createGatewayEnd, serveWebhook } from "@loong/testkit";
import { afterAll, expect, onTestFinished, test } from "vitest";
import plugin from "../src/index.ts";
import { host, words } from "./room.ts";

const SECRET = "the-secret-of-the-examples";
const WRONG_SECRET = "another-secret-of-the-examples";
const README = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const directory = mkdtempSync(join(tmpdir(), "loong-http-examples-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const INTERPRETERS: Readonly<Record<string, string>> = { sh: "sh", mjs: process.execPath, py: "python3" };

function example(name: string): { readonly command: string; readonly file: string } {
  const [, code] = new RegExp(`<!-- example: ${name} -->\\n\`\`\`[a-z]+\\n([\\s\\S]*?)\`\`\``).exec(README) ?? [];
  if (code === undefined) throw new Error(`the README has no example ${name}`);
  const file = join(directory, name);
  writeFileSync(file, code);
  return { command: INTERPRETERS[name.split(".")[1] ?? ""] ?? "", file };
}

async function run(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { command, file } = example(name);
  const { stdout } = await promisify(execFile)(command, [file], {
    env: { PATH: process.env["PATH"], ...env },
    timeout: 20_000,
  });
  return stdout;
}

function openChannel(callbackUrl: string, secret = SECRET): Channel {
  const channel = plugin.open({ secret, callbackUrl }, host);
  onTestFinished(() => channel.close());
  return channel;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts an example application; `printed` is what it has shown so far. */
async function startExample(name: string): Promise<{ readonly url: string; printed(): string }> {
  const { command, file } = example(name);
  const port = await freePort();
  const child = spawn(command, [file], {
    env: { PATH: process.env["PATH"], LOONG_SECRET: SECRET, PORT: String(port) },
  });
  onTestFinished(async () => {
    const ended = once(child, "exit");
    child.kill();
    await ended;
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (printed += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (printed += chunk));
  const url = `http://127.0.0.1:${port}/loong`;
  await expect
    .poll(() =>
      fetch(url, { method: "POST" }).then(
        (response) => response.status,
        () => 0,
      ),
    )
    .toBe(401);
  return { url, printed: () => printed };
}

test.each([
  ["say.sh", "hello"],
  ["say.mjs", "你好"],
  ["say.py", "你好"],
])("%s says something to Loong", async (name, text) => {
  const channel = openChannel("http://127.0.0.1:1/nobody");
  const gateway = createGatewayEnd();
  const server = await serveWebhook(channel, gateway.inbound);
  onTestFinished(() => server.close());
  const shown = await run(name, { LOONG_SECRET: SECRET, LOONG_URL: server.url });
  expect(shown).toContain('{"status":"stored"}');
  expect(gateway.events).toMatchObject([
    { text, conversation: { id: "room-7", type: "direct" }, sender: { id: "user-7" } },
  ]);
});

test("say.sh with another secret is refused", async () => {
  const gateway = createGatewayEnd();
  const server = await serveWebhook(openChannel("http://127.0.0.1:1/nobody"), gateway.inbound);
  onTestFinished(() => server.close());
  expect(await run("say.sh", { LOONG_SECRET: WRONG_SECRET, LOONG_URL: server.url })).toContain('"code":"signature"');
  expect(gateway.events).toEqual([]);
});

test.each([
  ["app.mjs", "Node app"],
  ["app.py", "Python app"],
])("%s answers pings, shows a message once, and refuses another secret", async (name, appName) => {
  const app = await startExample(name);
  const signal = AbortSignal.timeout(20_000);
  const channel = openChannel(app.url);
  expect(await channel.probe(signal)).toEqual({
    ok: true,
    identity: { id: new URL(app.url).origin, name: appName },
    problems: [],
  });
  await channel.send(words("It goes out today. 🚀", "room-7"), signal);
  await channel.send(words("It goes out today. 🚀", "room-7"), signal);
  await channel.send(words("the end", "room-7", "k2"), signal);
  await expect.poll(app.printed).toBe("room-7: It goes out today. 🚀\nroom-7: the end\n");

  const stranger = openChannel(app.url, WRONG_SECRET);
  expect(await stranger.probe(signal)).toMatchObject({ ok: false, problems: [{ code: "CALLBACK_SECRET_REFUSED" }] });
  await expect(stranger.send(words("no", "room-7", "k3"), signal)).rejects.toMatchObject({
    outcome: "bad-credentials",
  });
});

test("ping.sh shows the pong an application gives, and the one it should give", async () => {
  const app = await startExample("app.mjs");
  const shown = await run("ping.sh", { LOONG_SECRET: SECRET, CALLBACK_URL: app.url });
  const [, pong, expected] = /"pong":"([0-9a-f]{64})".*expected pong: ([0-9a-f]{64})\n$/s.exec(shown) ?? [];
  expect(pong).toBeDefined();
  expect(pong).toBe(expected);
});
