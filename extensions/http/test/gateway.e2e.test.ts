// The whole way: an application speaks, the real gateway answers it, in a process of its own.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { compileCache } from "../../../scripts/compile-cache.ts";
import { DEFAULT_SECRET, type HttpEmulator, startHttpEmulator } from "../src/emulator/index.ts";

const CLI = join(import.meta.dirname, "../../../apps/cli/src/main.ts");
const NODE_FLAGS = ["--conditions=@loong/source", CLI];

type Isolation = "inline" | "process";
const ISOLATIONS: readonly Isolation[] = ["inline", "process"];

interface Operator {
  readonly app: HttpEmulator;
  readonly webhookUrl: string;
  loong(...args: string[]): Promise<string>;
  startGateway(): Promise<void>;
  killGateway(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function operator(isolation: Isolation): Promise<Operator> {
  const home = mkdtempSync(join(tmpdir(), "loong-http-gateway-"));
  const port = await freePort();
  const webhookUrl = `http://127.0.0.1:${port}/http/messages`;
  const app = await startHttpEmulator({ deliverTo: webhookUrl, retryDelaysMs: Array.from({ length: 100 }, () => 100) });
  const { PATH, HOME } = process.env;
  const env = { ...compileCache(), PATH, HOME, LOONG_HOME: home, HTTP_CHANNEL_SECRET: DEFAULT_SECRET };
  let gateway: ChildProcess | undefined;
  writeFileSync(
    join(home, "config.yaml"),
    JSON.stringify({
      agent: { use: "echo" },
      gateway: { port },
      plugins: { entries: { http: { isolation } } },
      channels: { http: { callbackUrl: app.callbackUrl, allowFrom: ["user-ann"], typing: true, previews: true } },
    }),
    { mode: 0o600 },
  );

  async function killGateway(): Promise<void> {
    if (gateway === undefined || gateway.exitCode !== null || gateway.signalCode !== null) return;
    const ended = once(gateway, "exit");
    gateway.kill("SIGKILL");
    await ended;
  }

  onTestFinished(async () => {
    await killGateway();
    await app.close();
    rmSync(home, { recursive: true, force: true });
  });

  return {
    app,
    webhookUrl,
    loong: async (...args) => {
      const ran = promisify(execFile)(process.execPath, [...NODE_FLAGS, ...args], { env });
      return (await ran.catch((error: { stdout: string }) => error)).stdout;
    },
    async startGateway() {
      gateway = spawn(process.execPath, [...NODE_FLAGS, "gateway", "run"], { env, stdio: "ignore" });
      await expect
        .poll(() =>
          fetch(webhookUrl).then(
            ({ status }) => status,
            () => 0,
          ),
        )
        .toBe(200);
    },
    killGateway,
  };
}

const says = (words: string) => (message: { readonly text: string }) => message.text.includes(words);

test.each(ISOLATIONS)("%s: an application speaks and is answered, once, also over a crash", async (isolation) => {
  const { app, loong, startGateway, killGateway } = await operator(isolation);
  const ann = app.user("Ann");
  const room = app.directChat(ann);
  await startGateway();

  const first = app.say(room, ann, "release notes");
  const answer = await app.waitFor(room, says("release notes"), 20_000);
  // The answer can be there before the response to what it answers.
  await expect.poll(() => first.acknowledged()).toBe(true);
  await expect.poll(() => loong("channels", "status")).toContain("CONNECTED");
  expect(await loong("plugins", "list")).toMatch(new RegExp(`^http +channel +\\S+ +${isolation} `, "m"));

  app.redeliver(first);
  await expect.poll(() => first.statuses().filter((status) => status === 200).length).toBe(2);
  app.inject({ action: "reset-after" });
  app.say(room, ann, "second question");
  await app.waitFor(room, says("second question"), 20_000);

  await killGateway();
  app.say(room, ann, "third question");
  await startGateway();
  await app.waitFor(room, says("third question"), 20_000);

  const questions = ["release notes", "second question", "third question"];
  expect(questions.map((words) => app.shows(room).filter(says(words)).length)).toEqual([1, 1, 1]);
  expect(app.shows(room)[0]?.messageId).toBe(answer.messageId);
});

test.each(ISOLATIONS)("%s: strangers pair, forgers get nothing, and an operator can speak first", async (isolation) => {
  const { app, webhookUrl, loong, startGateway } = await operator(isolation);
  const mallory = app.user("Mallory");
  const room = app.directChat(mallory);
  await startGateway();

  app.say(room, mallory, "let me in");
  const prompt = await app.waitFor(room, () => true, 20_000);
  expect(prompt.text).not.toContain("let me in");
  expect(await loong("pairing", "list")).toContain("user-mallory");

  const statuses: Record<string, number> = {};
  for (const { what, request } of app.forgeries("/http/messages")) {
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => [name, one]),
    );
    const response = await fetch(webhookUrl, {
      method: "POST",
      headers: headers as [string, string][],
      body: Buffer.from(request.body),
    });
    statuses[what] = response.status;
  }
  expect(Object.entries(statuses).filter(([, status]) => status !== 401)).toEqual([]);
  expect(await loong("channels", "status", "--probe")).toContain("works");
  const sent = JSON.parse(
    await loong("channels", "send", "http", "--target", room.id, "--text", "hello", "--json"),
  ) as unknown;
  expect(sent).toMatchObject({ state: "sent", messageId: app.shows(room).at(-1)?.messageId });
  expect(app.shows(room).map(({ text }) => text)).toEqual([prompt.text, "hello"]);
});
