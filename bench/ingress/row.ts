import { type ChildProcess, execFile, spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startFeishuEmulator } from "@loong/feishu/emulator";
import { makeHome } from "../home.ts";
import { median, type Row } from "../table.ts";
import { APP_ID, ENCRYPT_KEY, VERIFICATION_TOKEN } from "./events.ts";

/** Of one sample. Many short ones in turns: what else the machine does meanwhile meets both alike. */
const EVENTS = 3_000;
const CONCURRENCY = 50;
const ROUNDS = 9;
const WARM_UP = 2;
const REFERENCE_PORT = 18_901;
const GATEWAY_PORT = 18_902;
const here = import.meta.dirname;
const launcher = join(here, "../../apps/cli/bin/loong.cjs");

/**
 * Verified, decrypted and stored with fsync, against fastify that verifies, decrypts and forgets. On two cores the process
 * that makes the load is what bounds the reference (an event costs it 70 to 100 µs, the reference 60 and the gateway 110): the
 * ratio is how near the gateway comes to a server that can always answer.
 */
export async function ingressRow(): Promise<Row> {
  const platform = await startFeishuEmulator({
    apps: [
      {
        appId: APP_ID,
        appSecret: "bench-secret",
        botName: "Loong",
        encryptKey: ENCRYPT_KEY,
        verificationToken: VERIFICATION_TOKEN,
      },
    ],
  });
  const home = makeHome();
  const reference = start([join(here, "reference.ts"), String(REFERENCE_PORT)], {}, "listening");
  try {
    prepareHome(home, platform.url);
    const gateway = start([launcher, "gateway", "run", "--port", String(GATEWAY_PORT)], {
      HOME: home,
      NODE_OPTIONS: "",
    });
    try {
      await reference.ready;
      await answering(`http://127.0.0.1:${GATEWAY_PORT}/readyz`);
      const rates = { reference: [] as number[], loong: [] as number[] };
      for (let round = -WARM_UP; round < ROUNDS; round++) {
        const forgotten = await load(`http://127.0.0.1:${REFERENCE_PORT}/hook`, `r${round}-`);
        const stored = await load(`http://127.0.0.1:${GATEWAY_PORT}/lark/webhook`, `g${round}-`);
        if (round < 0) continue;
        rates.reference.push(forgotten);
        rates.loong.push(stored);
      }
      return {
        what: "Feishu webhook: verified, decrypted, stored with fsync",
        reference: "fastify, verified and decrypted, nothing stored",
        referenceValue: median(rates.reference),
        value: median(rates.loong),
        unit: "events/s",
        goal: { atLeast: 1 },
      };
    } finally {
      await gateway.stop();
    }
  } finally {
    await reference.stop();
    await platform.close();
    rmSync(home, { recursive: true });
  }
}

/** Nobody is allowed, so that each event ends where ingress ends: stored, with its denial. */
function prepareHome(home: string, platformUrl: string): void {
  const account = {
    appId: APP_ID,
    appSecret: "bench-secret",
    baseUrl: platformUrl,
    mode: "webhook",
    encryptKey: ENCRYPT_KEY,
    verificationToken: VERIFICATION_TOKEN,
    dmPolicy: "allowlist",
  };
  writeFileSync(
    join(home, ".loong/config.json"),
    JSON.stringify({ agent: { use: "echo" }, gateway: { messagesPerMinute: 0 }, channels: { feishu: account } }),
    { mode: 0o600 },
  );
}

/** Does not block: the platform of this process is asked things meanwhile. */
async function load(url: string, run: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(here, "load.ts"),
    url,
    String(EVENTS),
    String(CONCURRENCY),
    run,
  ]);
  return Number(stdout);
}

function start(args: readonly string[], env: Readonly<Record<string, string>>, word?: string) {
  const child: ChildProcess = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
      if (word !== undefined && output.includes(word)) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.on("exit", (code) => reject(new Error(`${args[0] ?? ""} ended with ${code}: ${output}`)));
  });
  ready.catch(() => {});
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    ready,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url} did not become ready`);
}
