import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_APP, startFeishuEmulator } from "@loong/feishu/emulator";
import { DEFAULT_BOT as TELEGRAM_BOT, startTelegramEmulator } from "@loong/telegram/emulator";
import { DEFAULT_BOT as WECOM_BOT, startWecomEmulator } from "@loong/wecom/emulator";
import { makeHome } from "../home.ts";
import { median, type Row } from "../table.ts";

const ROUNDS = 5;
const IDLE_MS = 3_000;
const LOOK_EVERY_MS = 5;
const REFERENCE_PORT = 18_903;
const GATEWAY_PORT = 18_904;
const REFERENCE = "fastify + undici";
const here = import.meta.dirname;
const launcher = join(here, "../../apps/cli/bin/loong.cjs");

interface Life {
  /** From the spawn to the first 200 of `/readyz`. */
  readonly readyMs: number;
  readonly residentMiB: number;
}

/** How long a gateway takes until it is ready, and what it holds when nothing happens. */
export async function gatewayRows(): Promise<readonly Row[]> {
  const feishu = await startFeishuEmulator();
  const telegram = await startTelegramEmulator();
  const wecom = await startWecomEmulator();
  const three = makeHome(["feishu", "telegram", "wecom"]);
  const none = makeHome([]);
  const channels = {
    feishu: { appId: DEFAULT_APP.appId, appSecret: DEFAULT_APP.appSecret, baseUrl: feishu.url },
    telegram: { botToken: TELEGRAM_BOT.token, baseUrl: telegram.url },
    wecom: { botId: WECOM_BOT.botId, secret: WECOM_BOT.secret, websocketUrl: wecom.websocketUrl },
  };
  writeConfig(three, { agent: { use: "echo" }, channels });
  writeConfig(none, { agent: { use: "echo" } });
  try {
    const lives = { reference: [] as Life[], none: [] as Life[], three: [] as Life[] };
    for (let round = 0; round < ROUNDS; round++) {
      lives.reference.push(await live([join(here, "reference.ts"), String(REFERENCE_PORT)], REFERENCE_PORT));
      lives.none.push(await live(gateway(), GATEWAY_PORT, none));
      lives.three.push(await live(gateway(), GATEWAY_PORT, three));
    }
    const of = (key: keyof typeof lives, what: keyof Life) => median(lives[key].map((life) => life[what]));
    const row = (what: string, key: "none" | "three", figure: keyof Life, atMost: number): Row => ({
      what,
      reference: REFERENCE,
      referenceValue: of("reference", figure),
      value: of(key, figure),
      unit: figure === "readyMs" ? "ms" : "MiB",
      goal: { atMost },
    });
    return [
      row("`gateway run` until `/readyz`, 3 channels", "three", "readyMs", 3),
      row("resident when idle, no channel", "none", "residentMiB", 1.3),
      row("resident when idle, 3 channels", "three", "residentMiB", 2),
    ];
  } finally {
    for (const home of [three, none]) rmSync(home, { recursive: true });
    await Promise.all([feishu.close(), telegram.close(), wecom.close()]);
  }
}

function gateway(): readonly string[] {
  return [launcher, "gateway", "run", "--port", String(GATEWAY_PORT)];
}

function writeConfig(home: string, config: object): void {
  writeFileSync(join(home, ".loong/config.json"), JSON.stringify(config), { mode: 0o600 });
}

async function live(args: readonly string[], port: number, home = ""): Promise<Life> {
  const startedAtMs = performance.now();
  const env = { ...process.env, NODE_OPTIONS: "", ...(home === "" ? {} : { HOME: home }) };
  const child = spawn(process.execPath, args, { stdio: "ignore", env });
  try {
    await answering(`http://127.0.0.1:${port}/readyz`);
    const readyMs = performance.now() - startedAtMs;
    await sleep(IDLE_MS);
    return { readyMs, residentMiB: residentMiB(child.pid ?? 0) };
  } finally {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
}

async function answering(url: string): Promise<void> {
  for (;;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => 0,
    );
    if (status === 200) return;
    await sleep(LOOK_EVERY_MS);
  }
}

function residentMiB(pid: number): number {
  const [, kibibytes = "0"] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kibibytes) / 1_024;
}

function sleep(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
