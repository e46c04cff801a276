import { type LlmEmulator, startLlmEmulator } from "@loong/agent-llm/emulator";
import { type FeishuEmulator, startFeishuEmulator } from "@loong/feishu/emulator";
import { startTelegramEmulator, type TelegramEmulator } from "@loong/telegram/emulator";
import { startWecomEmulator, type WecomEmulator } from "@loong/wecom/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOperator, type Operator } from "../operator.ts";
import { readPlaybook } from "../playbook.ts";
import { gatewayStatus, untilStates } from "../states.ts";

/** The playbook "Gateway Rollout", step by step, from the page itself. */

const page = readPlaybook("gateway-rollout.md");
const ACCOUNTS = page.config("Step 2");
const PROVIDER = `active_provider = "volcengine"

[providers.volcengine]
kind = "volcengine"
api_key = { env = "ARK_API_KEY" }
model = "auto"
`;

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "work-secret", botName: "Loong", domain: "lark" } as const;
const BOT = { token: "123456:telegram-rollout-token-aaaaaaaaaaaaaaaa", username: "loong_bot", name: "Loong" };
const ALERTS = { botId: "aib_alerts", secret: "alerts-secret", name: "Alerts" };

let model: LlmEmulator;
let lark: FeishuEmulator;
let telegram: TelegramEmulator;
let wecom: WecomEmulator;
let operator: Operator;

beforeAll(async () => {
  model = await startLlmEmulator({ keys: ["ark-key"] });
  lark = await startFeishuEmulator({ apps: [APP] });
  telegram = await startTelegramEmulator({ bots: [BOT] });
  wecom = await startWecomEmulator({ bots: [ALERTS] });
  lark.user("Ada");
  lark.group("Ops", ["Ada"], [APP.appId], { chatId: "oc_ops_room" });
  telegram.user("Ada", { id: 123_456_789 });
  telegram.directChat("Ada", BOT.username);
  wecom.user("Ada");
  wecom.group("Alerts", ["Ada"], [ALERTS.botId], { chatId: "group_alerts" });
  operator = createOperator({
    ARK_API_KEY: "ark-key",
    LOONG_PROVIDER_BASE_URL: `${model.url}/api/v3`,
    LARK_WORK_APP_ID: APP.appId,
    LARK_WORK_APP_SECRET: APP.appSecret,
    LARK_BASE_URL: lark.url,
    TELEGRAM_BOT_TOKEN: BOT.token,
    TELEGRAM_API_BASE_URL: telegram.url,
    WECOM_ALERTS_BOT_ID: ALERTS.botId,
    WECOM_ALERTS_SECRET: ALERTS.secret,
    WECOM_WEBSOCKET_URL: wecom.websocketUrl,
  });
  operator.write("config.toml", `${PROVIDER}\n${ACCOUNTS}`);
});
afterAll(async () => {
  await operator?.leaves();
  await Promise.all([lark?.close(), telegram?.close(), wecom?.close(), model?.close()]);
});

const ALL_CONNECTED = ["CONNECTED", "CONNECTED", "CONNECTED"];

/** Each room asks, and each gets its own answer, once. */
async function everybodyIsAnswered(text: string): Promise<void> {
  lark.say("oc_ops_room", "Ada", `@Loong ${text} on lark`, { mentions: [APP.appId] });
  const ada = telegram.directChat("Ada", BOT.username);
  telegram.say(ada, "Ada", `${text} on telegram`);
  wecom.say("group_alerts", "Ada", `${text} on wecom`, { mentions: [ALERTS.botId] });
  await lark.waitFor("oc_ops_room", ({ from, text: said }) => from.kind === "app" && said.includes(`${text} on lark`));
  await telegram.waitFor(ada, ({ from, text: said }) => from.kind === "bot" && said.includes(`${text} on telegram`));
  await wecom.waitFor(
    "group_alerts",
    ({ from, text: said }) => from.kind === "bot" && said.includes(`${text} on wecom`),
  );
}

describe("Step 1: confirm the precondition", () => {
  const [doctor = "", channels = "", owner = ""] = page.commands("Step 1");

  test(`$ ${doctor}`, async () => {
    const { code, stdout } = await operator.types(doctor);
    expect({ code, stdout }).toMatchObject({ code: 0 });
  });
  test(`$ ${channels}`, async () => {
    const { code, stdout } = await operator.types(channels);
    expect(code).toBe(0);
    for (const account of ["work", "bot_123456", "alerts"]) expect(stdout).toContain(account);
  });
  test(`$ ${owner}`, async () => {
    expect(JSON.parse((await operator.types(owner)).stdout)).toMatchObject({ running: false, surfaces: [] });
  });
});

describe("Steps 3 and 4: run, inspect, stop", () => {
  const [attached = "", persisted = ""] = page.commands("Step 3");
  const [short = "", json = "", broad = "", stop = ""] = page.commands("Step 4");

  test("attached: one visible foreground shell, which does not die at the end of its input", async () => {
    const gateway = operator.starts(`${attached} --port 0 < /dev/null`);
    await gateway.waitFor("listening", 30_000);
    await untilStates(operator, ALL_CONNECTED);
    expect(await gatewayStatus(operator)).toMatchObject({ session: "cli-supervisor" });
    await everybodyIsAnswered("attached");
    gateway.signal("SIGINT");
    expect((await gateway.ended).code).toBe(0);
  });

  test("persisted: another process inspects and stops it", async () => {
    const gateway = operator.starts(`${persisted} --port 0`);
    await gateway.waitFor("listening", 30_000);
    await untilStates(operator, ALL_CONNECTED);
    await everybodyIsAnswered("persisted");

    const text = (await operator.types(short)).stdout;
    for (const family of ["feishu", "telegram", "wecom"]) expect(text).toContain(family);
    expect(JSON.parse((await operator.types(json)).stdout)).toMatchObject({
      running: true,
      pid: gateway.pid,
      surfaces: [{ account: "work" }, { account: "bot_123456" }, { account: "alerts" }],
    });
    const summary = JSON.parse((await operator.types(broad)).stdout) as Record<string, unknown>;
    expect(Object.keys(summary)).toEqual(expect.arrayContaining(["gateway", "channels", "queues", "acp"]));

    expect(await operator.types(stop)).toMatchObject({ code: 0 });
    expect((await gateway.ended).code).toBe(0);
  });
});

describe("When something is wrong", () => {
  const refused = async (selectors: string) => {
    const { code, stderr } = await operator.types(`loong gateway run ${selectors}`);
    expect(code).toBe(2);
    return stderr;
  };

  test("a selector is not CHANNEL=ACCOUNT, or its account does not exist", async () => {
    expect(await refused("--channel-account telegrambot")).toMatch(/CHANNEL=ACCOUNT/);
    expect(await refused("--channel-account lark=nobody")).toMatch(/nobody[^]*work/);
  });

  test("two selectors target the same family, also under its other name", async () => {
    expect(await refused("--channel-account lark=work --channel-account feishu=work")).toMatch(/feishu/);
  });

  test("an outbound-only surface does not belong to a gateway", async () => {
    operator.write(
      "config.toml",
      `${PROVIDER}\n${ACCOUNTS}\n[webhook.accounts.ops]\nendpoint_url = "https://example.com/hook"\n`,
    );
    expect(await refused("--channel-account webhook=ops")).toMatch(/webhook/);
    operator.write("config.toml", `${PROVIDER}\n${ACCOUNTS}`);
  });

  test("a channel that never worked alone is named by doctor before any rollout", async () => {
    operator.env["WECOM_ALERTS_SECRET"] = "wrong";
    const { code, stdout } = await operator.types("loong doctor");
    expect(code).toBe(1);
    expect(stdout).toMatch(/wecom/);
    operator.env["WECOM_ALERTS_SECRET"] = ALERTS.secret;
  });

  test("a second owner ends with 78 and names the first", async () => {
    const gateway = operator.starts("loong gateway run --port 0");
    await gateway.waitFor("listening", 30_000);
    const second = await operator.types("loong gateway run --port 0");
    expect(second.code).toBe(78);
    expect(second.stderr).toContain(String(gateway.pid));
    gateway.signal("SIGTERM");
    await gateway.ended;
  });
});

test("every block of the page was run", () => {
  expect(page.unused()).toEqual([]);
});
