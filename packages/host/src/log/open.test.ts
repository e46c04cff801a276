import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { tempDir } from "../../test/temp-dir.ts";
import { type HostLog, type LogOptions, openLog } from "./open.ts";

const NOW = Date.UTC(2026, 10, 21, 12);

function collect(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join("") };
}

function open(dir: string, options: Partial<LogOptions> = {}, stream = collect().stream): HostLog {
  return openLog(
    { dir: join(dir, "logs"), level: "info", verbose: false, stderr: false, now: () => NOW, ...options },
    stream,
  );
}

async function linesOf(log: HostLog): Promise<Record<string, unknown>[]> {
  await log.close();
  return readFileSync(log.file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("writes JSON lines that name channel and account", async () => {
  const dir = tempDir();
  const log = open(dir);
  log.info("ready", { port: 18789 });
  log.child({ channel: "room", account: "work" }).warn("disconnected", { reason: "no pong" });
  expect(await linesOf(log)).toEqual([
    { time: "2026-11-21T12:00:00.000Z", level: "info", message: "ready", port: 18789 },
    {
      time: "2026-11-21T12:00:00.000Z",
      level: "warn",
      channel: "room",
      account: "work",
      message: "disconnected",
      reason: "no pong",
    },
  ]);
  expect(statSync(join(dir, "logs")).mode & 0o777).toBe(0o700);
});

test("leaves out what is below the level", async () => {
  const dir = tempDir();
  const log = open(dir, { level: "warn" });
  log.debug("one");
  log.info("two");
  log.error("three");
  expect(await linesOf(log)).toMatchObject([{ message: "three" }]);
});

test("shows everything on stderr when verbose, word for word", async () => {
  const dir = tempDir();
  const err = collect();
  const log = open(dir, { verbose: true }, err.stream);
  log.debug("details");
  log
    .child({ channel: "feishu", account: "default" })
    .info("[lark] [default] starting Lark provider (cli_xxx) in websocket mode");
  await log.close();
  expect(err.text()).toMatch(/^\d\d:\d\d:\d\d debug details\n/);
  expect(err.text()).toContain(" info [lark] [default] starting Lark provider (cli_xxx) in websocket mode\n");
});

test("says nothing on stderr otherwise", async () => {
  const dir = tempDir();
  const err = collect();
  const log = open(dir, {}, err.stream);
  log.error("quiet");
  await log.close();
  expect(err.text()).toBe("");
});

test("shows no secret in file or on stderr, wherever it stands", async () => {
  const dir = tempDir();
  const err = collect();
  const log = open(dir, { stderr: true }, err.stream);
  const secret = 'canary/1+2="x"';
  log.addSecret(secret);
  const child = log.child({ channel: "room", account: "work" });
  child.error(`failed: ${secret} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString("base64")}`, {
    body: JSON.stringify({ nested: JSON.stringify({ secret }) }),
    url: `https://host/path?x=${encodeURIComponent(secret)}`,
    appSecret: "never-registered",
  });
  await log.close();
  const everything = readFileSync(log.file, "utf8") + err.text();
  expect(everything).toContain("[redacted]");
  expect(everything).not.toMatch(/canary|never-registered|Y2FuYXJ5/);
});

test("counts a line that repeats", async () => {
  const dir = tempDir();
  const log = open(dir);
  for (let times = 0; times < 10_000; times++) log.error("connection refused", { code: "ECONNREFUSED" });
  log.error("connection refused", { code: "EPIPE" });
  expect(await linesOf(log)).toMatchObject([
    {},
    {},
    {},
    { code: "EPIPE" },
    { message: "connection refused", code: "ECONNREFUSED", repeated: 9_997 },
  ]);
});

test("cuts a message that is no message", async () => {
  const dir = tempDir();
  const log = open(dir);
  log.info("x".repeat(100_000));
  const [line] = await linesOf(log);
  expect(String(line?.["message"])).toHaveLength(8_192 + "… (91808 more characters)".length);
});

test("outlives a stderr that is gone, and its own end", async () => {
  const dir = tempDir();
  const gone = new Writable({ write: (_chunk, _encoding, done) => done(new Error("EPIPE")) });
  const log = open(dir, { stderr: true }, gone);
  log.info("one");
  await new Promise(setImmediate);
  log.info("two");
  expect(await linesOf(log)).toMatchObject([{ message: "one" }, { message: "two" }]);
  log.info("three");
  await log.close();
});
