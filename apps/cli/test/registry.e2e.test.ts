import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type FeishuEmulator, startFeishuEmulator } from "@loong/feishu/emulator";
import { DEFAULT_BOT, startTelegramEmulator, type TelegramEmulator } from "@loong/telegram/emulator";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { root } from "../../../scripts/workspace.ts";
import { createOperator, type Ended, type Operator, type Running } from "./operator.ts";
import { asVersion, packWorkspace } from "./published.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { statusAtSocket } from "./states.ts";

const run = promisify(execFile);
const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "registry-test-secret", botName: "Loong" };
const CHANNEL = "@loong/feishu";

/** A machine on which npm has installed the command, and nothing else of Loong is. */
interface Machine extends Operator {
  /** Types a line that must succeed. */
  must(line: string): Promise<Ended>;
  /** Types a line that prints JSON. */
  asks<T>(line: string): Promise<T>;
}

let place: string;
let registry: Registry;
let tarballs: ReadonlyMap<string, string>;
let prefix: string;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "loong-from-registry-"));
  registry = await startRegistry();
  tarballs = await packWorkspace(join(place, "tarballs"));
  for (const tarball of tarballs.values()) await registry.publish(tarball);
  prefix = join(place, "prefix");
  mkdirSync(prefix);
  const options = ["--prefix", prefix, "--registry", registry.url, "--no-audit", "--no-fund", "--loglevel=error"];
  await run("npm", ["install", "--global", ...options, "@loong/cli"], { cwd: place, env: bareEnv(place) });
}, 120_000);
afterAll(async () => {
  await registry?.close();
  rmSync(place, { recursive: true, force: true });
});

let clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const undo of clean.toReversed()) await undo();
  clean = [];
});

function bareEnv(home: string): Record<string, string> {
  return { HOME: home, PATH: [join(prefix, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(":") };
}

function newMachine(): Machine {
  const home = mkdtempSync(join(place, "home-"));
  writeFileSync(join(home, ".npmrc"), `registry=${registry.url}/\n`);
  const operator = createOperator(bareEnv(home));
  clean.push(() => operator.leaves());
  const must = async (line: string) => {
    const ended = await operator.types(line);
    if (ended.code === 0) return ended;
    throw new Error(`\`${line}\` ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`);
  };
  return { ...operator, must, asks: async (line) => JSON.parse((await must(line)).stdout) };
}

async function feishu(): Promise<FeishuEmulator> {
  const platform = await startFeishuEmulator({ apps: [APP] });
  clean.push(() => platform.close());
  return platform;
}

async function telegram(): Promise<TelegramEmulator> {
  const platform = await startTelegramEmulator();
  clean.push(() => platform.close());
  return platform;
}

async function configure({ must }: Machine, { url }: FeishuEmulator): Promise<void> {
  await must("loong config set agent.use echo");
  await must(`loong config set channels.feishu.appId ${APP.appId}`);
  await must(`loong config set channels.feishu.appSecret ${APP.appSecret}`);
  await must(`loong config set channels.feishu.baseUrl ${url}`);
  await must("loong config set channels.feishu.groupPolicy open");
}

async function startGateway(machine: Machine): Promise<Running> {
  const gateway = machine.starts("loong gateway run --port 0");
  await gateway.waitFor("ws client ready");
  return gateway;
}

/** Says something in a new room, and gives the answer. */
async function ask(platform: FeishuEmulator, name: string, question: string): Promise<string> {
  const room = platform.group(name, [platform.user(`Ada of ${name}`)], [APP.appId]);
  const { messageId } = platform.say(room, `Ada of ${name}`, `@Loong ${question}`, { mentions: [APP.appId] });
  const answer = await platform.waitFor(room, ({ parentId, from }) => parentId === messageId && from.kind === "app");
  return answer.text;
}

interface Listed {
  readonly plugins: readonly {
    readonly id: string;
    readonly version: string;
    readonly origin: string;
    state: string;
  }[];
}

describe("with nothing but npm and a registry", () => {
  test("the command installs a channel, and the room is answered", { timeout: 90_000 }, async () => {
    const platform = await feishu();
    const machine = newMachine();
    const refused = await machine.types(`loong plugins install ${CHANNEL}`);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("--yes");
    const { stdout, stderr } = await machine.must(`loong plugins install ${CHANNEL} --yes`);
    expect(stdout).toContain(`Installed ${CHANNEL} 0.0.0: channel "feishu".`);
    expect(stderr).toContain("Depends on");
    await configure(machine, platform);
    await startGateway(machine);
    expect(await ask(platform, "published", "are you published?")).toContain("are you published?");
    const { plugins } = await machine.asks<Listed>("loong plugins list --json");
    expect(plugins).toContainEqual(
      expect.objectContaining({ id: "feishu", version: "0.0.0", origin: "registry", state: "available" }),
    );
    await machine.must("loong plugins doctor feishu");
  });

  test(
    "a running gateway takes new, updated and removed plugins over, and other channels stay",
    { timeout: 90_000 },
    async () => {
      const platform = await feishu();
      const other = await telegram();
      const machine = newMachine();
      await machine.must(`loong plugins install ${CHANNEL} --yes`);
      await configure(machine, platform);
      const gateway = await startGateway(machine);
      const connection = () => platform.connections(APP.appId).map(({ id }) => id);
      const first = connection();

      const installed = await machine.must("loong plugins install @loong/telegram --yes");
      expect(installed.stdout).toContain("The running gateway knows");
      const account = { botToken: DEFAULT_BOT.token, baseUrl: other.url, dmPolicy: "open", allowFrom: ["*"] };
      await machine.must(`loong config patch '${JSON.stringify({ channels: { telegram: account } })}'`);
      await gateway.waitFor("telegram");
      const chat = other.directChat(other.user("Bob"), DEFAULT_BOT.username);
      other.say(chat, "Bob", "are you new here?");
      await other.waitFor(chat, ({ from, text }) => from.kind === "bot" && text.includes("are you new here?"));
      expect(connection()).toEqual(first);

      await registry.publish(asVersion(tarballs.get("@loong/telegram") ?? "", join(place, "next.tgz"), "0.0.1"));
      const { updates } = await machine.asks<{ updates: unknown }>("loong plugins update --all --dry-run --json");
      expect(updates).toEqual([{ id: "telegram", from: "0.0.0", to: "0.0.1" }]);
      expect((await machine.must("loong plugins update telegram --yes")).stdout).toContain("from 0.0.0 to 0.0.1");
      other.say(chat, "Bob", "and now?");
      await other.waitFor(chat, ({ from, text }) => from.kind === "bot" && text.includes("and now?"));
      expect(connection()).toEqual(first);

      expect((await machine.must("loong plugins uninstall telegram --yes")).stdout).toContain("Kept");
      expect((await machine.must("loong config get channels.telegram.botToken")).stdout).toBe("***\n");
      await expect
        .poll(async () =>
          (await statusAtSocket(join(machine.env["HOME"] ?? "", ".loong"))).surfaces.map(({ channel }) => channel),
        )
        .toEqual(["feishu"]);
      expect(connection()).toEqual(first);
      expect(await ask(platform, "undisturbed", "are you still here?")).toContain("are you still here?");
      await machine.must("loong plugins uninstall feishu --yes --purge-config");
      expect(await machine.types("loong config get channels")).toMatchObject({
        stdout: expect.stringContaining("telegram") as string,
      });
      expect((await machine.types("loong config get channels")).stdout).not.toContain("feishu");
    },
  );
});

/** A checkout in which nothing was built: sources, and what its package manager laid beside them. */
function sourceCheckout(): string {
  const checkout = mkdtempSync(join(place, "checkout-"));
  const from = join(root, "extensions/feishu");
  const to = join(checkout, "extensions/feishu");
  for (const name of ["package.json", "src"]) cpSync(join(from, name), join(to, name), { recursive: true });
  symlinkSync(join(from, "node_modules"), join(to, "node_modules"));
  return checkout;
}

test(
  "a channel is installed from the folder of a source checkout that was not built",
  { timeout: 90_000 },
  async () => {
    const platform = await feishu();
    const machine = newMachine();
    await machine.must(`cd ${sourceCheckout()} && loong plugins install ./extensions/feishu --yes`);
    await configure(machine, platform);
    await startGateway(machine);
    expect(await ask(platform, "checkout", "are you from sources?")).toContain("are you from sources?");
  },
);

describe("a stranger's channel", () => {
  const NAME = "@acme/loong-poll";

  /** From nothing to the registry, as its author does it. */
  async function publishNew({ home, must }: Machine): Promise<void> {
    const directory = join(home, "../my-channel");
    await must(
      `loong plugins create ${NAME} --id poll --label "Team Chat" --transport poll --directory ${directory} --yes`,
    );
    await must(`cd ${directory} && npm install --no-audit --no-fund --loglevel=error`);
    const { tarball } = JSON.parse((await must(`cd ${directory} && loong plugins pack --json`)).stdout) as {
      tarball: string;
    };
    await registry.publish(tarball);
  }

  interface Shown {
    readonly sender: { readonly id: string };
    readonly text: string;
  }

  test(
    "is created, packed, published, installed, and answers in a process of its own",
    { timeout: 120_000 },
    async () => {
      const machine = newMachine();
      await publishNew(machine);
      const hasty = await machine.types(`loong plugins install ${NAME} --yes --json`);
      expect(JSON.parse(hasty.stdout)).toMatchObject({ error: { code: "INSTALL_TOO_NEW" } });
      await machine.must(`loong plugins install ${NAME} --allow-new --yes`);

      const platform = machine.starts("loong dev emulate poll");
      await platform.waitFor(/http:\/\/127\.0\.0\.1:\d+\n/u);
      const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/u.exec(platform.output()) ?? [];
      const account = { baseUrl: url, token: "emulator-token", allowFrom: ["ada"] };
      const config = { agent: { use: "echo" }, channels: { poll: account } };
      await machine.must(`loong config patch '${JSON.stringify(config)}'`);
      const gateway = machine.starts("loong gateway run --port 0");
      await gateway.waitFor(/poll.*connected/iu);
      await fetch(`${url}/_emulator/say`, { method: "POST", body: JSON.stringify({ text: "is this thing on?" }) });
      await vi.waitFor(async () => {
        const shown = (await (await fetch(`${url}/_emulator/messages`)).json()) as Shown[];
        const answers = shown.filter(({ sender }) => sender.id === "bot-1").map(({ text }) => text);
        expect(answers).toEqual(["is this thing on?"]);
      }, 20_000);
      const { pid, plugins } = await machine.asks<{ pid: number; plugins: Record<string, unknown>[] }>(
        "loong gateway status --json",
      );
      const own = plugins.find(({ id }) => id === "poll");
      expect(own).toMatchObject({ state: "loaded", isolation: "process", pid: expect.any(Number) as number });
      expect(own?.["pid"]).not.toBe(pid);
    },
  );
});
