import { type LlmEmulator, startLlmEmulator } from "@loong/agent-llm/emulator";
import { startTelegramEmulator, type TelegramEmulator } from "@loong/telegram/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultPort } from "../default-port.ts";
import { createOperator, type Operator } from "../operator.ts";
import { readPlaybook } from "../playbook.ts";
import { untilStates } from "../states.ts";

/** The playbook "BytePlus Coding with Telegram", step by step, from the page itself. */

const page = readPlaybook("byteplus-telegram.md");
const PROVIDERS = page.config("Step 1");
const ONE_BOT = page.config("Step 2");
const SEVERAL = page.config("Step 3");
const MODEL = {
  id: "your-reviewed-coding-model",
  object: "model",
  created: 1_760_000_000,
  owned_by: "byteplus",
} as const;
const BOT = { token: "123456:telegram-playbook-token-aaaaaaaaaaaaaaa", username: "loong_bot", name: "Loong" };

let model: LlmEmulator;
let platform: TelegramEmulator;
let operator: Operator;
let ada: ReturnType<TelegramEmulator["directChat"]>;

beforeAll(async () => {
  model = await startLlmEmulator({ keys: ["byteplus-key"], models: [MODEL] });
  platform = await startTelegramEmulator({ bots: [BOT] });
  platform.user("Ada", { id: 123_456_789 });
  ada = platform.directChat("Ada", BOT.username);
  operator = createOperator({
    BYTEPLUS_API_KEY: "byteplus-key",
    LOONG_PROVIDER_BASE_URL: `${model.url}/api/coding/v3`,
    TELEGRAM_BOT_TOKEN: BOT.token,
    TELEGRAM_OPS_BOT_TOKEN: "654321:nobody-knows-this-token-bbbbbbbbbbbbbb",
    TELEGRAM_API_BASE_URL: platform.url,
  });
});
afterAll(async () => {
  await operator?.leaves();
  await platform?.close();
  await model?.close();
});

/** Says it in private and waits for the answer. */
async function answered(text: string): Promise<string> {
  const count = platform.shows(ada).length;
  platform.say(ada, "Ada", text);
  const answer = await platform.waitFor(ada, ({ from, text: said }) => from.kind === "bot" && said.includes(text));
  expect(platform.shows(ada).length).toBeGreaterThan(count);
  return answer.text;
}

describe("Step 1: two profiles, kept apart", () => {
  const [doctor = "", ask = ""] = page.commands("Step 1");

  test("the profiles are pasted", async () => {
    operator.write("config.toml", PROVIDERS);
    expect(await operator.types("loong config validate")).toMatchObject({ code: 0 });
  });

  test(`$ ${doctor}`, async () => {
    const { code, stdout } = await operator.types(doctor);
    expect(stdout).toContain("coding");
    expect(code).toBe(0);
  });

  test(`$ ${ask}`, async () => {
    expect(await operator.types(ask)).toMatchObject({
      code: 0,
      stdout: "You said: Confirm that the coding profile is healthy.\n",
    });
  });
});

describe("Step 2: one bot", () => {
  const [send = "", serve = ""] = page.commands("Step 2");

  test(`$ ${send}`, async () => {
    operator.write("config.toml", `${PROVIDERS}\n${ONE_BOT}`);
    platform.say(ada, "Ada", "/start");
    const { code, stdout, stderr } = await operator.types(send);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Sent through telegram/default to 123456789");
    expect(platform.shows(ada).at(-1)?.text).toBe("hello from loong");
  });

  test(`${serve} answers in its chat and nowhere else`, async () => {
    using turn = await defaultPort();
    const serving = operator.starts(serve);
    await untilStates(operator, ["CONNECTED"]);
    expect(serving.output()).toContain(`:${turn.port}`);
    expect(await answered("are you there?")).toContain("are you there?");
    const ben = platform.directChat("Ben", BOT.username);
    platform.say(ben, "Ben", "and for me?");
    await serving.waitFor("conversation is outside allowed");
    expect(platform.shows(ben).filter(({ from }) => from.kind === "bot")).toEqual([]);
    serving.signal("SIGTERM");
    expect((await serving.ended).code).toBe(0);
  });
});

describe("Step 3: several bots", () => {
  const [run = "", status = "", stop = ""] = page.commands("Step 3");

  test(`${run} serves the one that was selected`, async () => {
    operator.write("config.toml", `${PROVIDERS}\n${SEVERAL}`);
    const gateway = operator.starts(`${run} --port 0`);
    await untilStates(operator, ["CONNECTED"]);
    expect(JSON.parse((await operator.types(status)).stdout)).toMatchObject({
      running: true,
      surfaces: [{ channel: "telegram", account: "bot_123456", state: "CONNECTED" }],
    });
    expect(await answered("which bot?")).toContain("which bot?");
    expect(await operator.types(stop)).toMatchObject({ code: 0 });
    expect((await gateway.ended).code).toBe(0);
  });
});

describe("When something is wrong", () => {
  test("the wrong profile is used: active_provider says which", async () => {
    operator.write("config.toml", `${PROVIDERS.replace('"coding"', '"byteplus_main"')}\n${ONE_BOT}`);
    const { stdout } = await operator.types("loong config get activeProvider");
    expect(stdout).toContain("byteplus_main");
    const asked = await operator.types('loong ask --message "hello"');
    // The address of this machine's emulator is the coding plan's, so the general profile has to refuse it.
    expect(asked.code).toBe(2);
    expect(asked.stderr).toMatch(/coding/);
  });

  test.each([
    ["coding", "byteplus_coding", "/api/v3"],
    ["byteplus_main", "byteplus", "/api/coding/v3"],
  ])("a profile %s of kind %s that points to %s is a config error", async (profile, _kind, path) => {
    const pointed = PROVIDERS.replace(
      `[providers.${profile}]`,
      `[providers.${profile}]\nbase_url = "${model.url}${path}"`,
    );
    operator.write("config.toml", pointed.replace('active_provider = "coding"', `active_provider = "${profile}"`));
    const { code, stdout, stderr } = await operator.types("loong doctor");
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(/base_?url/i);
  });

  test("a selector on a single-account config says to add accounts first", async () => {
    operator.write("config.toml", `${PROVIDERS}\n${ONE_BOT}`);
    const { code, stderr } = await operator.types("loong gateway run --channel-account telegram=bot_123456");
    expect(code).toBe(2);
    expect(stderr).toMatch(/accounts\.bot_123456/);
  });

  test("the bot is silent in a group: the probe explains privacy mode", async () => {
    const { code, stdout } = await operator.types("loong channels status --probe");
    expect(code).toBe(0);
    expect(stdout).toMatch(/privacy/i);
  });

  test("another program polls with the same token: CONFLICT, and back when it leaves", async () => {
    const gateway = operator.starts("loong gateway run --port 0");
    await untilStates(operator, ["CONNECTED"]);
    platform.inject({ path: "getUpdates", times: 1, action: "conflict" });
    platform.say(ada, "Ada", "this ends the poll that waits");
    await untilStates(operator, ["CONFLICT"]);
    expect(await answered("still there?")).toContain("still there?");
    await untilStates(operator, ["CONNECTED"]);
    gateway.signal("SIGTERM");
    expect((await gateway.ended).code).toBe(0);
  });
});

test("every block of the page was run", () => {
  expect(page.unused().filter((line) => !line.startsWith("export "))).toEqual([]);
});
