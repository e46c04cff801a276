import type { AccountReport } from "@loong/api";
import { startFeishuEmulator } from "@loong/feishu/emulator";
import type { DoctorReport } from "@loong/host/doctor";
import { DEFAULT_BOT as DEFAULT_TELEGRAM_BOT, startTelegramEmulator } from "@loong/telegram/emulator";
import { DEFAULT_BOT as DEFAULT_WECOM_BOT, startWecomEmulator } from "@loong/wecom/emulator";
import { expect, onTestFinished, test } from "vitest";
import { createOperator, type Operator, type Running } from "./operator.ts";
import { statusAtSocket } from "./states.ts";

/** A platform with one bot, and the account that an operator writes for it. */
interface Platform {
  readonly channel: string;
  /** Everything but the secret. */
  readonly account: Readonly<Record<string, unknown>>;
  readonly secret: { readonly key: string; readonly right: string };
  close(): Promise<void>;
}

const FEISHU = { appId: "cli_a9f6c72aa7b85bca", appSecret: "the-right-secret-0001", botName: "Loong" };

/** One row for each platform: a wrong secret must look the same from every side. */
const PLATFORMS: Readonly<Record<string, () => Promise<Platform>>> = {
  async feishu() {
    const platform = await startFeishuEmulator({ apps: [FEISHU] });
    return {
      channel: "feishu",
      account: { appId: FEISHU.appId, baseUrl: platform.url },
      secret: { key: "appSecret", right: FEISHU.appSecret },
      close: () => platform.close(),
    };
  },
  async telegram() {
    const platform = await startTelegramEmulator();
    return {
      channel: "telegram",
      account: { baseUrl: platform.url },
      secret: { key: "botToken", right: DEFAULT_TELEGRAM_BOT.token },
      close: () => platform.close(),
    };
  },
  async wecom() {
    const platform = await startWecomEmulator();
    return {
      channel: "wecom",
      account: { botId: DEFAULT_WECOM_BOT.botId, websocketUrl: platform.websocketUrl },
      secret: { key: "secret", right: DEFAULT_WECOM_BOT.secret },
      close: () => platform.close(),
    };
  },
};

const WRONG = "123456:a-wrong-secret-0123456789";

async function openScene(open: () => Promise<Platform>): Promise<{ platform: Platform; operator: Operator }> {
  const platform = await open();
  onTestFinished(() => platform.close());
  const operator = createOperator();
  onTestFinished(() => operator.leaves());
  const { channel, account, secret } = platform;
  const config = { agent: { use: "echo" }, channels: { [channel]: { ...account, [secret.key]: WRONG } } };
  operator.write("config.json", JSON.stringify(config));
  return { platform, operator };
}

async function answer(
  operator: Operator,
  line: string,
): Promise<{ readonly code: number | null; readonly json: unknown }> {
  const { code, stdout } = await operator.types(line);
  expect(stdout).not.toContain(WRONG);
  return { code, json: JSON.parse(stdout) };
}

async function readiness({ home }: Operator) {
  const { address } = await statusAtSocket(home);
  const response = await fetch(`http://${address}/readyz`);
  const text = await response.text();
  expect(text).not.toContain(WRONG);
  return { status: response.status, body: JSON.parse(text) as unknown };
}

/** What the probe and the doctor say, whether a gateway runs or not. */
async function expectRefused({ channel }: Platform, operator: Operator): Promise<void> {
  const [probed, examined] = await Promise.all([
    answer(operator, "loong channels status --probe --json"),
    answer(operator, "loong doctor --json"),
  ]);
  expect(probed).toMatchObject({ code: 1, json: { ok: false, accounts: [{ channel, account: "default" }] } });
  const { accounts } = probed.json as { accounts: AccountReport[] };
  const [problem] = accounts[0]?.probe?.problems ?? [];
  expect(problem).toMatchObject({ code: expect.any(String), hint: expect.stringMatching(/./u) });

  expect(examined.code).toBe(1);
  const { checks } = examined.json as DoctorReport;
  const check = checks.find(({ id, level }) => id === `account.${channel}.default.probe` && level === "fail");
  expect(check).toMatchObject({ detail: expect.stringContaining(problem?.code ?? "?"), hint: problem?.hint });
}

async function expectStays(gateway: Running): Promise<void> {
  const ended = await Promise.race([gateway.ended, new Promise((resolve) => setTimeout(resolve, 200, "runs"))]);
  expect(ended).toBe("runs");
}

test.each(Object.entries(PLATFORMS))(
  "%s: of a wrong secret the probe, the status, /readyz and the doctor say the same, and of a right one too",
  { timeout: 120_000 },
  async (_name, open) => {
    const { platform, operator } = await openScene(open);
    const { channel, secret } = platform;
    await expectRefused(platform, operator);

    const gateway = operator.starts("loong gateway run --port 0");
    await gateway.waitFor("listening on");
    const surface = { channel, account: "default", state: "BAD_CREDENTIALS" };
    const seen = { running: true, ready: false, surfaces: [{ ...surface, hint: expect.any(String) as string }] };
    await expect.poll(() => statusAtSocket(operator.home)).toMatchObject(seen);
    expect((await answer(operator, "loong gateway status --json")).json).toMatchObject(seen);
    await expect
      .poll(() => readiness(operator))
      .toMatchObject({ status: 503, body: { ready: false, accounts: [surface] } });
    await expectRefused(platform, operator);
    await expectStays(gateway);

    expect(await operator.types(`loong config set channels.${channel}.${secret.key} ${secret.right}`)).toMatchObject({
      code: 0,
    });
    await expect.poll(() => readiness(operator)).toMatchObject({ status: 200 });
    expect((await operator.types("loong channels status --probe")).code).toBe(0);
    expect(gateway.output()).not.toContain(WRONG);
  },
);
