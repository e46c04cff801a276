import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { startLlmEmulator } from "@loong/agent-llm/emulator";
import { statePaths } from "@loong/config";
import { startFeishuEmulator } from "@loong/feishu/emulator";
import { connectControl } from "@loong/host/control";
import { startTelegramEmulator } from "@loong/telegram/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../apps/cli/src/cli.ts";
import type { Cli } from "../apps/cli/src/cli-context.ts";
import { readInstallation } from "../apps/cli/src/installation.ts";
import { memoryStream } from "../apps/cli/test/memory-stream.ts";
import { createOperator, type Operator, type Running } from "../apps/cli/test/operator.ts";
import { canaries, createCanaryWatch, formsOf } from "./canaries.ts";
import { until } from "./house.ts";

/** Whatever the product says, in good days and bad, is searched for every secret it was given, in every form. */

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: canaries.feishuAppSecret, botName: "Loong" };
const BOT = { token: canaries.telegramBotToken, username: "loong_bot", name: "Loong" };
const NOBODY = "http://127.0.0.1:1";

const watch = createCanaryWatch();
let operator: Operator;
let gateway: Running;
let origin: string;
let feishu: Awaited<ReturnType<typeof startFeishuEmulator>>;
let telegram: Awaited<ReturnType<typeof startTelegramEmulator>>;
let model: Awaited<ReturnType<typeof startLlmEmulator>>;

/** The config that works; each bad day changes something. */
function config(change: (config: ReturnType<typeof good>) => unknown = () => undefined): string {
  const whole = good();
  change(whole);
  return JSON.stringify(whole, null, 2);
}

function good() {
  return {
    agent: { use: "llm" },
    log: { level: "debug" },
    activeProvider: "main",
    providers: {
      main: {
        kind: "openai",
        apiKey: { env: "MODEL_KEY" } as unknown,
        baseUrl: `${model.url}/v1`,
        model: "auto",
        retryMaxAttempts: 1,
        headers: { "x-extra": canaries.modelHeader },
      },
    },
    plugins: { entries: { telegram: { isolation: "process" } } },
    channels: {
      feishu: {
        baseUrl: feishu.url,
        appId: APP.appId,
        appSecret: canaries.feishuAppSecret as unknown,
        encryptKey: canaries.feishuEncryptKey,
        verificationToken: { file: "verification-token" },
        groupPolicy: "open",
      },
      telegram: {
        baseUrl: telegram.url,
        botTokenFile: "telegram-token",
        webhookSecret: canaries.telegramWebhookSecret,
        dmPolicy: "open",
        allowFrom: ["*"],
      },
      wecom: { enabled: true, botId: "aib", secret: canaries.wecomSecret, websocketUrl: "ws://127.0.0.1:1" },
      http: { secret: canaries.httpSecret, callbackUrl: `${NOBODY}/callback` },
    },
  };
}

beforeAll(async () => {
  feishu = await startFeishuEmulator({ apps: [APP] });
  telegram = await startTelegramEmulator({ bots: [BOT] });
  model = await startLlmEmulator({ keys: [canaries.modelKey] });
  operator = createOperator({
    MODEL_KEY: canaries.modelKey,
    LOONG_METRICS_TOKEN: canaries.metricsToken,
    HTTPS_PROXY: `http://user:${encodeURIComponent(canaries.proxyPassword)}@127.0.0.1:1`,
  });
  operator.write("telegram-token", `${canaries.telegramBotToken}\n`);
  operator.write("verification-token", canaries.feishuVerificationToken);
});
afterAll(async () => {
  await operator?.leaves();
  await Promise.all([feishu?.close(), telegram?.close(), model?.close()]);
});

// Outputs ---------------------------------------------------------------------------------------------------------------

/** Runs a command in this process, as a person at a terminal and as a program. */
async function runs(day: string, line: string, env: Readonly<Record<string, string>> = {}): Promise<void> {
  const output = { stdout: memoryStream(), stderr: memoryStream() };
  const installation = readInstallation(new URL("../apps/cli/src/main.ts", import.meta.url).href);
  const cli: Cli = {
    env: { ...operator.env, LOONG_HOME: operator.home, ...env },
    stdin: Object.assign(Readable.from([]), { isTTY: false }) as unknown as Cli["stdin"],
    output,
    installation: () => installation,
    self: () => ({ command: ["node"], platform: "linux", userId: 0 }),
    now: Date.now,
    interrupted: () => AbortSignal.timeout(20_000),
  };
  await runCli(cli, line.split(" "));
  watch.search(`stdout of loong ${line}, ${day}`, output.stdout.text());
  watch.search(`stderr of loong ${line}, ${day}`, output.stderr.text());
}

const LOOKS = [
  "status",
  "status --json",
  "gateway status --json",
  "channels",
  "channels list --json",
  "channels status --json",
  "config get",
  "config get --json",
  "config get channels",
  "config get channels.feishu.appSecret",
  "config get channels.feishu.appSecret --json",
  "config get providers.main",
  "config validate",
  "config validate --json",
  "config set channels.feishu.appSecret x",
  "config set gateway.port no",
  "logs --lines 5000",
  "messages list",
  "messages list --json",
  "pairing list --json",
  "plugins list --json",
  "plugins info feishu --json",
  "doctor",
  "doctor --json",
  "security audit --json",
];
const ASKS = [
  "channels status --probe",
  "channels status --probe --json",
  "runtime models list",
  "runtime models list --json",
  "ask --message hi",
  "ask --message hi --json",
  "message send --channel telegram --to 1 --message hi --json",
  "message send --channel feishu --to oc_1 --message hi",
];

/** Those that say most about what is wrong. */
const WORDY = [
  "config get --json",
  "channels status --probe --json",
  "doctor --json",
  "message send --channel telegram --to 1 --message hi --json",
];

async function looksAround(day: string, lines: readonly string[] = WORDY): Promise<void> {
  for (const line of lines) await runs(day, line);
  await runs(`${day}, debugging`, "ask --message hi", { LOONG_DEBUG: "1" });
}

function searchFolder(day: string, folder: string): void {
  for (const name of readdirSync(folder)) watch.search(`${name}, ${day}`, readFileSync(join(folder, name), "utf8"));
}

/** Every table, errors and bodies: what a platform or a model said is in there too. */
function searchJournal(day: string): void {
  const database = new DatabaseSync(statePaths(operator.env).journalFile, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  for (const { name } of tables) {
    for (const [index, row] of database.prepare(`SELECT * FROM "${name}"`).all().entries()) {
      const cells = Object.values(row).map((cell) =>
        cell instanceof Uint8Array ? Buffer.from(cell).toString() : String(cell),
      );
      watch.search(`row ${index} of ${name}, ${day}`, cells.join("\n"));
    }
  }
  database.close();
}

/** A plugin calls its platform through the proxy by itself, so it has to know the proxy's password. */
function withoutProxy(environment: string): string {
  return environment.replaceAll(/^\w+_proxy=.*?(?:\0|$)/gim, "").replaceAll(/\0\w+_proxy=[^\0]*/gi, "");
}

interface Process {
  readonly pid: string;
  readonly parent: string;
  readonly environment: string;
  readonly command: string;
}

function processes(): readonly Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
        const parent = /^PPid:\s+(\d+)/m.exec(read("status"))?.[1] ?? "";
        return [{ pid, parent, environment: read("environ"), command: read("cmdline") }];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

// Days ------------------------------------------------------------------------------------------------------------------

test("a secret is found in whatever form it is written", () => {
  for (const [name, secret] of Object.entries(canaries)) {
    for (const text of [
      secret,
      encodeURIComponent(secret),
      JSON.stringify({ a: secret }),
      Buffer.from(`Bearer ${secret}`).toString("base64url"),
    ])
      expect(
        createCanaryWatch()
          .search("x", `GET ${text} failed`)
          .map((leak) => leak.name),
      ).toContain(name);
    expect(new Set(formsOf(secret).values()).size).toBeGreaterThan(4);
  }
  expect(createCanaryWatch().search("x", "nothing of the kind")).toEqual([]);
});

describe("no secret is said", () => {
  test("on a good day", { timeout: 120_000 }, async () => {
    operator.write("config.json", config());
    gateway = operator.starts("loong gateway run --port 0 --verbose");
    await gateway.waitFor(/listening on http:\S+/, 60_000);
    origin = /listening on (http:\S+)/.exec(gateway.output())?.[1] ?? "";
    const control = connectControl(statePaths(operator.env));
    const states = async () => (await control.status()).surfaces.filter(({ state }) => state === "CONNECTED").length;
    await until(
      async () => (await states()) >= 2,
      () => `two accounts are connected\n${gateway.output()}`,
    );
    const chat = telegram.directChat(telegram.user("Tina"), BOT.username);
    for (const text of ["hello", canaries.wecomSecret.slice(0, 4), "what is your key?"])
      telegram.say(chat, "Tina", text);
    await until(
      async () => telegram.shows(chat).filter(({ from }) => from.kind === "bot").length >= 3,
      () => gateway.output(),
    );
    await looksAround("good day", [...LOOKS, ...ASKS]);

    const token = `Bearer ${canaries.metricsToken}`;
    for (const [path, headers] of [
      ["/healthz"],
      ["/readyz"],
      ["/nothing"],
      ["/metrics"],
      ["/metrics", { authorization: token }],
      [`/?token=${encodeURIComponent(canaries.metricsToken)}`],
    ] as const) {
      const response = await fetch(`${origin}${path}`, { headers: { ...headers } });
      watch.search(
        `GET ${path.split("?")[0]} ${headers === undefined ? "" : "with its token"}`,
        `${JSON.stringify([...response.headers])}${await response.text()}`,
      );
    }
    expect(watch.leaks()).toEqual([]);
  });

  test("in the command lines of processes and the environment of plugins", () => {
    const children = processes().filter(({ parent }) => parent === String(gateway.pid));
    expect(children.length).toBeGreaterThan(0);
    for (const { pid, environment, command } of children) {
      watch.search(`environment of plugin process ${pid}`, withoutProxy(environment));
      watch.search(`command line of plugin process ${pid}`, command);
    }
    watch.search("command line of the gateway", readFileSync(`/proc/${gateway.pid}/cmdline`, "utf8"));
    expect(watch.leaks()).toEqual([]);
  });

  test("while platforms and the provider refuse, quote and break off", { timeout: 120_000 }, async () => {
    telegram.inject({ path: "sendMessage", times: 3, action: "html" });
    telegram.inject({ path: "*", times: 4, action: "reset-after" });
    telegram.dropConnections({ mode: "reset" });
    feishu.dropConnections();
    const chat = telegram.directChat("Tina", BOT.username);
    for (const text of ["one", "two", "three"]) telegram.say(chat, "Tina", text);
    await looksAround("platforms in trouble");
    expect(watch.leaks()).toEqual([]);
  });

  test("with the gateway stopped, by its last words, its log and its journal", { timeout: 60_000 }, async () => {
    gateway.signal("SIGTERM");
    await gateway.ended;
    watch.search("output of the gateway", gateway.output());
    searchFolder("good day", statePaths(operator.env).logsDir);
    searchJournal("good day");
    await looksAround("stopped", LOOKS);
    expect(watch.leaks()).toEqual([]);
  });

  const days: readonly [day: string, change: (config: ReturnType<typeof good>) => unknown][] = [
    ["an unreachable provider", (one) => (one.providers.main.baseUrl = `${NOBODY}/v1`)],
    ["a wrong key", (one) => (one.providers.main.apiKey = `${canaries.modelKey}x`)],
    ["a wrong app secret", (one) => (one.channels.feishu.appSecret = `${canaries.feishuAppSecret}x`)],
    ["an unreachable platform", (one) => (one.channels.telegram.baseUrl = NOBODY)],
    ["a password in an address", (one) => (one.channels.feishu.baseUrl = `https://u:${canaries.proxyPassword}@h.test`)],
    [
      "a password in the provider's address",
      (one) => (one.providers.main.baseUrl = `https://u:${canaries.proxyPassword}@h.test`),
    ],
    ["a secret in a list", (one) => (one.channels.feishu.appSecret = [canaries.feishuAppSecret])],
    ["a secret in an object", (one) => (one.channels.feishu.appSecret = { value: canaries.feishuAppSecret })],
    ["a secret with a line break", (one) => (one.channels.feishu.appSecret = `${canaries.feishuAppSecret}\n`)],
    [
      "a secret under a wrong key",
      (one) => Object.assign(one.channels.feishu, { appSecrett: canaries.feishuAppSecret }),
    ],
  ];
  test.each(days)("with %s", { timeout: 120_000 }, async (day, change) => {
    operator.write("config.json", config(change));
    await looksAround(day);
    expect(watch.leaks()).toEqual([]);
  });

  test("with a config that was torn inside a secret", { timeout: 120_000 }, async () => {
    const whole = config();
    operator.write("config.json", whole.slice(0, whole.indexOf(canaries.feishuEncryptKey) + 20));
    await looksAround("torn");
    expect(watch.leaks()).toEqual([]);
  });

  test("anywhere in hundreds of outputs", () => {
    expect(watch.count().distinct).toBeGreaterThan(200);
  });
});
