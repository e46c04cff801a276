import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { GatewayStatus } from "@loong/api";
import { expect, onTestFinished, test } from "vitest";
import { loong, spawnLoong } from "./loong.ts";
import { untilRunning } from "./states.ts";
import { homeWithChannels } from "./temporary-home.ts";

interface Running {
  readonly pid: number | undefined;
  /** How it ended: waits for that. */
  ended(): Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts a gateway and waits until it says that it runs. */
async function startGateway(home: string, ...args: string[]): Promise<Running> {
  const child = spawnLoong(home, ["gateway", "run", "--port", "0", ...args]);
  child.stdin.end();
  const streams = Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await streams;
  });
  await untilRunning(home);
  return {
    pid: child.pid,
    kill: (signal) => void child.kill(signal),
    async ended() {
      const [stdout, stderr] = await streams;
      return { exitCode: child.exitCode, stdout, stderr };
    },
  };
}

async function statusOf(home: string): Promise<GatewayStatus> {
  return JSON.parse((await loong(home, ["gateway", "status", "--json"])).stdout) as GatewayStatus;
}

const echoHome = () =>
  homeWithChannels([{ id: "fake" }, { id: "bulletin", serves: false }], { agent: { use: "echo" } });

test("run, status from another process, a second one refused, stop", async () => {
  const home = await echoHome();
  const gateway = await startGateway(home);
  expect(await statusOf(home)).toMatchObject({ phase: "running", running: true, pid: gateway.pid, mode: "headless" });
  expect((await loong(home, ["gateway", "status"])).stdout).toMatch(/^Gateway +running, up/u);
  expect(JSON.parse((await loong(home, ["status", "--json"])).stdout)).toMatchObject({
    gateway: { running: true },
    agent: { use: "echo", installed: true },
    acp: { enabled: false },
    queues: { inbox: { new: 0 }, runningTurns: 0 },
    workUnits: { source: "gateway", open: 0, failed: 0, turns: { new: 0 }, deliveries: { pending: 0 } },
  });

  const second = await loong(home, ["gateway", "run", "--port", "0"]);
  expect(second.exitCode).toBe(78);
  expect(second.stderr).toMatch(new RegExp(`^error: .*${gateway.pid}.*\\nhint: .*loong gateway stop`, "u"));

  expect(await loong(home, ["gateway", "stop"])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^The gateway stopped/u),
  });
  // It is gone when `stop` says so.
  expect(await statusOf(home)).toMatchObject({ phase: "stopped", running: false, pid: null });
  expect(await gateway.ended()).toMatchObject({ exitCode: 0, stdout: "" });
});

test("SIGTERM ends it with 0; without a terminal --session does not end with stdin", async () => {
  const home = await echoHome();
  const gateway = await startGateway(home, "--session", "daemon");
  expect(await statusOf(home)).toMatchObject({ running: true, session: "daemon" });
  expect(await loong(home, ["ask", "--session", "daemon", "--message", "hello"])).toMatchObject({
    exitCode: 0,
    stdout: "hello\n",
  });
  gateway.kill("SIGTERM");
  expect(await gateway.ended()).toMatchObject({ exitCode: 0 });
});

test("what needs nobody's attention and whom nobody asked about is said on stderr", async () => {
  const home = await echoHome();
  await startGateway(home);
  for (const verb of ["messages", "pairing"]) {
    expect(await loong(home, [verb])).toMatchObject({ exitCode: 0, stdout: "", stderr: expect.stringMatching(/^No/u) });
  }
  expect(JSON.parse((await loong(home, ["messages", "--json"])).stdout)).toEqual({ messages: [] });
  expect(await loong(home, ["pairing", "approve", "fake", "ABCD2345"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("ABCD2345"),
  });
});

test("logs gives the last lines, for people and for programs, and follows", async () => {
  const home = await echoHome();
  await startGateway(home);
  expect((await loong(home, ["logs"])).stdout).toMatch(/info.*Loong/u);
  const [line = ""] = (await loong(home, ["logs", "--json", "--lines", "1"])).stdout.split("\n");
  expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), message: expect.any(String) });

  const following = spawnLoong(home, ["logs", "-f", "--lines", "1"]);
  following.stdin.end();
  const ended = once(following, "exit");
  const lines: string[] = [];
  createInterface(following.stdout).on("line", (line) => lines.push(line));
  // Whoever has seen the last line follows.
  await expect.poll(() => lines).not.toEqual([]);
  await loong(home, ["gateway", "stop"]);
  await expect.poll(() => lines.join("\n")).toContain("stopp");
  following.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
});

test("a port that is taken: will not start", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { exitCode, stderr } = await loong(await echoHome(), ["gateway", "run", "--port", String(port)]);
  expect(exitCode).toBe(78);
  expect(stderr).toContain(String(port));
});

test("serving a channel that only sends, or that nobody installed, is refused", async () => {
  const home = await echoHome();
  expect(await loong(home, ["channels", "serve", "bulletin"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("only sends"),
  });
  expect(await loong(home, ["channels", "serve", "nowhere"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("nowhere"),
  });
  expect(await loong(home, ["channels", "serve"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("No channel is named"),
  });
});

test("doctor exits 1 when something fails, and says what mends it", async () => {
  const home = await homeWithChannels([], { agent: { use: "nobody" } });
  const { exitCode, stdout } = await loong(home, ["doctor", "--offline", "--json"]);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: false,
    checks: expect.arrayContaining([expect.objectContaining({ level: "fail", hint: expect.any(String) })]),
  });
});
