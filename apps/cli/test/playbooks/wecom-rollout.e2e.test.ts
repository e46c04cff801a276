import { type LlmEmulator, startLlmEmulator } from "@loong/agent-llm/emulator";
import { startWecomEmulator, type WecomEmulator } from "@loong/wecom/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultPort } from "../default-port.ts";
import { createOperator, type Operator } from "../operator.ts";
import { readPlaybook } from "../playbook.ts";
import { untilStates } from "../states.ts";

/** The playbook "WeCom Rollout", step by step, from the page itself. */

const page = readPlaybook("wecom.md");
const PROVIDER = page.config("Step 1");
const SINGLE = page.config("Step 2");
const NAMED = page.config("Step 3");

const DEMO = { botId: "aib_demo", secret: "demo-secret", name: "Loong" };
const WORK = { botId: "aib_work", secret: "work-secret", name: "Loong at work" };
const ALERTS = { botId: "aib_alerts", secret: "alerts-secret", name: "Alerts" };

let model: LlmEmulator;
let platform: WecomEmulator;
let operator: Operator;

beforeAll(async () => {
  model = await startLlmEmulator({ keys: ["ark-key"] });
  platform = await startWecomEmulator({ bots: [DEMO, WORK, ALERTS] });
  platform.user("Ada");
  for (const [name, bot] of [
    ["group_demo", DEMO],
    ["group_work", WORK],
    ["group_alerts", ALERTS],
  ] as const) {
    const chat = platform.group(name, ["Ada"], [bot.botId], { chatId: name });
    platform.say(chat, "Ada", "hello everybody", { mentions: [bot.botId] });
  }
  operator = createOperator({
    ARK_API_KEY: "ark-key",
    LOONG_PROVIDER_BASE_URL: `${model.url}/api/v3`,
    WECOM_BOT_ID: DEMO.botId,
    WECOM_SECRET: DEMO.secret,
    WECOM_WORK_BOT_ID: WORK.botId,
    WECOM_WORK_SECRET: WORK.secret,
    WECOM_ALERTS_BOT_ID: ALERTS.botId,
    WECOM_ALERTS_SECRET: ALERTS.secret,
    WECOM_WEBSOCKET_URL: platform.websocketUrl,
  });
});
afterAll(async () => {
  await operator?.leaves();
  await platform?.close();
  await model?.close();
});

const botTexts = (chat: string) =>
  platform
    .shows(chat)
    .filter(({ from }) => from.kind === "bot")
    .map(({ text }) => text);

/** Mentions the bot in its group and waits for the one answer. */
async function answered(chat: string, bot: { readonly botId: string }, text: string): Promise<string> {
  platform.say(chat, "Ada", text, { mentions: [bot.botId] });
  const answer = await platform.waitFor(chat, ({ from, text: shown }) => from.kind === "bot" && shown.includes(text));
  expect(botTexts(chat).filter((shown) => shown.includes(text))).toHaveLength(1);
  return answer.text;
}

describe("Step 1: the provider first", () => {
  const [doctor = "", models = "", ask = ""] = page.commands("Step 1");

  test(`$ ${doctor}`, async () => {
    operator.write("config.toml", PROVIDER);
    const { code, stdout } = await operator.types(doctor);
    expect(stdout).toContain("doubao-seed-2-0-260628");
    expect(code).toBe(0);
  });
  test(`$ ${models}`, async () => {
    expect(await operator.types(models)).toMatchObject({ code: 0, stdout: expect.stringContaining("doubao-seed") });
  });
  test(`$ ${ask}`, async () => {
    expect(await operator.types(ask)).toMatchObject({
      code: 0,
      stdout: "You said: Confirm that the active provider path is healthy.\n",
    });
  });
});

describe("Step 2: a single account", () => {
  const [send = "", serve = ""] = page.commands("Step 2");

  test(`$ ${send}`, async () => {
    operator.write("config.toml", `${PROVIDER}\n${SINGLE}`);
    expect(await operator.types("loong config validate")).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await operator.types(send);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Sent through wecom/default to group_demo");
    expect(botTexts("group_demo")).toContain("hello wecom");
  });

  test(`${serve} answers in its room, and nowhere else`, async () => {
    using turn = await defaultPort();
    const serving = operator.starts(serve);
    await serving.waitFor("connected", 30_000);
    await untilStates(operator, ["CONNECTED"]);
    expect(serving.output()).toContain(`:${turn.port}`);
    expect(await answered("group_demo", DEMO, "are you there?")).toContain("are you there?");
    const outside = platform.group("elsewhere", ["Ada"], [DEMO.botId], { chatId: "group_elsewhere" });
    platform.say(outside, "Ada", "and here?", { mentions: [DEMO.botId] });
    await serving.waitFor("conversation is outside allowed");
    expect(botTexts("group_elsewhere")).toEqual([]);
    serving.signal("SIGTERM");
    expect((await serving.ended).code).toBe(0);
  });
});

describe("Steps 3 and 4: named accounts, served and owned", () => {
  const [serve = "", run = "", status = ""] = page.commands("Step 4");

  test(`$ ${serve}`, async () => {
    operator.write("config.toml", `${PROVIDER}\n${NAMED}`);
    using turn = await defaultPort();
    const serving = operator.starts(serve);
    await serving.waitFor("connected", 30_000);
    await untilStates(operator, ["CONNECTED"]);
    expect(serving.output()).toContain(`:${turn.port}`);
    expect(platform.connections(ALERTS.botId)).toEqual([]);
    expect(await answered("group_work", WORK, "who serves?")).toContain("who serves?");
    serving.signal("SIGINT");
    expect((await serving.ended).code).toBe(0);
  });

  test("the gateway owns the account; wecom-send goes through it and the bot keeps its connection", async () => {
    const gateway = operator.starts(`${run} --port 0`);
    await untilStates(operator, ["CONNECTED"]);
    expect(JSON.parse((await operator.types(status)).stdout)).toMatchObject({
      running: true,
      session: "daemon-gateway",
      surfaces: [{ channel: "wecom", account: "work", state: "CONNECTED" }],
    });
    const before = platform.connections(WORK.botId);
    const { code, stdout } = await operator.types('loong wecom-send --target "group_work" --text "from the shell"');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("group_work") });
    expect(botTexts("group_work")).toContain("from the shell");
    expect(platform.connections(WORK.botId)).toEqual(before);
    expect(await answered("group_work", WORK, "not kicked?")).toContain("not kicked?");
    expect(gateway.output()).not.toContain("CONFLICT");
    await operator.types("loong gateway stop");
    expect((await gateway.ended).code).toBe(0);
  });
});

describe("Step 5: the public contract", () => {
  test("nothing describes WeCom as a webhook: no key, no help text, no status", async () => {
    const schema = (await operator.types("loong config schema channels.wecom")).stdout;
    expect(schema).not.toMatch(/webhook|callback/i);
    expect((await operator.types("loong channels")).stdout).toMatch(/wecom/);
  });
});

describe("When something is wrong", () => {
  test("an unstable connection: the knobs are read", async () => {
    const value = async (key: string) => (await operator.types(`loong config get channels.wecom.${key}`)).stdout.trim();
    operator.write("config.toml", `${PROVIDER}\n${SINGLE}`);
    expect([await value("pingIntervalS"), await value("reconnectIntervalS")]).toEqual(["45", "12"]);
  });

  test("a selector on a single-account config names what to add", async () => {
    const { code, stderr } = await operator.types("loong gateway run --channel-account wecom=work");
    expect(code).toBe(2);
    expect(stderr).toMatch(/accounts\.work/);
  });

  test("replies in the wrong conversation: an empty boundary serves nobody", async () => {
    operator.write("config.toml", `${PROVIDER}\n${SINGLE.replace('["group_demo"]', "[]")}`);
    const { code, stdout, stderr } = await operator.types("loong wecom-serve");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/allowed_?conversation_?ids/i);
  });

  test("another program takes the connection: CONFLICT, and no war about it", async () => {
    operator.write("config.toml", `${PROVIDER}\n${SINGLE}`);
    const gateway = operator.starts("loong gateway run --port 0");
    await untilStates(operator, ["CONNECTED"]);
    platform.kick(DEMO.botId);
    await untilStates(operator, ["CONFLICT"]);
    const status = JSON.parse((await operator.types("loong gateway status --json")).stdout) as {
      surfaces: { state: string; hint: string }[];
    };
    expect(status.surfaces[0]).toMatchObject({ state: "CONFLICT" });
    gateway.signal("SIGTERM");
    expect((await gateway.ended).code).toBe(0);
  });

  test("a wrong secret: BAD_CREDENTIALS, in the status and in the probe", async () => {
    operator.env["WECOM_SECRET"] = "old-secret";
    const gateway = operator.starts("loong gateway run --port 0");
    await untilStates(operator, ["BAD_CREDENTIALS"]);
    const { code, stdout } = await operator.types("loong channels status --probe");
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(/secret/i) as string });
    gateway.signal("SIGTERM");
    expect((await gateway.ended).code).toBe(0);
    operator.env["WECOM_SECRET"] = DEMO.secret;
  });
});

test("every block of the page was run", () => {
  expect(page.unused().filter((line) => !line.startsWith("export "))).toEqual([]);
});
