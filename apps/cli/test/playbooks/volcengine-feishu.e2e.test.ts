import { type LlmEmulator, startLlmEmulator } from "@loong/agent-llm/emulator";
import { type ChatHandle, type FeishuEmulator, startFeishuEmulator } from "@loong/feishu/emulator";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { defaultPort } from "../default-port.ts";
import { createOperator, type Operator, type Running } from "../operator.ts";
import { readPlaybook } from "../playbook.ts";

/** The playbook "Volcengine Plus Feishu Or Lark", step by step, from the page itself. */

const WORK = { appId: "cli_a9f6c72aa7b85bca", appSecret: "work-secret", botName: "Loong", domain: "lark" } as const;
const MATERIAL = { encryptKey: "playbook-encrypt-key", verificationToken: "playbook-token" };

const page = readPlaybook("volcengine-feishu.md");
const PROVIDER = page.config("Step 1");
const WEBSOCKET = page.config("Step 2");
const WEBHOOK = page.config("Step 2", 1);
const ACCOUNTS = page.config("Step 3");
const [DOCTOR = "", MODELS = "", ASK = ""] = page.commands("Step 1");
const [DOCTOR_AGAIN = "", SEND = "", SERVE = ""] = page.commands("Step 2");
const [RUN = "", STATUS = "", STOP = ""] = page.commands("Step 3");

let model: LlmEmulator;
let platform: FeishuEmulator;
let room: ChatHandle;
let operator: Operator;

beforeAll(async () => {
  model = await startLlmEmulator({ keys: ["ark-key"] });
  platform = await startFeishuEmulator({ apps: [{ ...WORK, ...MATERIAL }] });
  platform.user("Ada", { openId: "ou_example_user" });
  room = platform.group("Ops room", ["Ada"], [WORK.appId], { chatId: "oc_ops_room" });
  operator = createOperator({
    ARK_API_KEY: "ark-key",
    LOONG_PROVIDER_BASE_URL: `${model.url}/api/v3`,
    LARK_APP_ID: WORK.appId,
    LARK_APP_SECRET: WORK.appSecret,
    LARK_WORK_APP_ID: WORK.appId,
    LARK_WORK_APP_SECRET: WORK.appSecret,
    LARK_VERIFICATION_TOKEN: MATERIAL.verificationToken,
    LARK_ENCRYPT_KEY: MATERIAL.encryptKey,
    FEISHU_BACKUP_APP_ID: "cli_bbbbbbbbbbbbbbbb",
    FEISHU_BACKUP_APP_SECRET: "backup-secret",
    LARK_BASE_URL: platform.url,
  });
});
afterAll(async () => {
  await operator?.leaves();
  await platform?.close();
  await model?.close();
});

/** Speaks in the room, mentioning the bot, and waits for the one answer. */
async function answered(text: string): Promise<string> {
  const { messageId } = platform.say(room, "Ada", `@Loong ${text}`, { mentions: [WORK.appId] });
  const answer = await platform.waitFor(
    room,
    (message) => message.parentId === messageId && message.from.kind === "app",
  );
  return answer.text;
}

async function stopped(running: Running): Promise<number | null> {
  running.signal("SIGTERM");
  return (await running.ended).code;
}

describe("Step 1: bring up the hosted provider", () => {
  test("the provider's table is pasted", async () => {
    operator.write("config.toml", PROVIDER);
    expect(await operator.types("loong config validate")).toMatchObject({ code: 0 });
  });

  test(`$ ${DOCTOR}`, async () => {
    const { code, stdout } = await operator.types(DOCTOR);
    expect(stdout).toContain("doubao-seed-2-0-260628");
    expect(code).toBe(0);
  });

  test(`$ ${MODELS}`, async () => {
    const { code, stdout } = await operator.types(MODELS);
    expect(code).toBe(0);
    expect(stdout).toContain("doubao-seed-2-0-260628");
    expect((await operator.types("loong list-models")).stdout).toBe(stdout);
  });

  test(`$ ${ASK}`, async () => {
    const { code, stdout } = await operator.types(ASK);
    expect(code).toBe(0);
    expect(stdout).toBe("You said: Confirm that the active provider is healthy.\n");
  });
});

describe("Step 3: single-account runtime over a websocket", () => {
  test("the example is pasted", async () => {
    operator.write("config.toml", `${PROVIDER}\n${WEBSOCKET}`);
    expect(await operator.types("loong config validate")).toMatchObject({ code: 0 });
  });

  test("websocket mode asks for no webhook material", async () => {
    const { LARK_VERIFICATION_TOKEN: _token, LARK_ENCRYPT_KEY: _key, ...without } = operator.env;
    const other = createOperator({ ...without, HOME: "/nonexistent" });
    try {
      other.write("config.toml", WEBSOCKET);
      const { stdout } = await other.types("loong doctor");
      expect(stdout).not.toMatch(/verification|encrypt/i);
    } finally {
      await other.leaves();
    }
  });
});

describe("Step 4: smoke-test before any gateway ownership", () => {
  test("loong doctor says provider and channel are healthy", async () => {
    const { code, stdout } = await operator.types(`${DOCTOR_AGAIN} --json`);
    const report = JSON.parse(stdout) as { ok: boolean; checks: { id: string; level: string }[] };
    expect(report.checks.filter(({ level }) => level === "fail")).toEqual([]);
    expect({ code, ok: report.ok }).toEqual({ code: 0, ok: true });
  });

  test(`$ ${SEND}`, async () => {
    const { code, stdout, stderr } = await operator.types(SEND);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Sent through feishu/default to ou_example_user");
    expect(platform.shows(platform.directChat("Ada", WORK.appId)).map(({ text }) => text)).toEqual([
      "hello from loong",
    ]);
  });

  test(`$ ${SERVE} stays up and replies within its room, and nowhere else`, async () => {
    using turn = await defaultPort();
    const serving = operator.starts(SERVE);
    await serving.waitFor("ws client ready");
    expect(serving.output()).toContain(`:${turn.port}`);
    expect(await answered("are you there?")).toBe("You said: are you there?");
    const outside = platform.group("Elsewhere", ["Ada"], [WORK.appId]);
    platform.say(outside, "Ada", "@Loong and here?", { mentions: [WORK.appId] });
    await serving.waitFor("conversation is outside allowedChatIds");
    expect(platform.shows(outside)).toHaveLength(1);
    expect(await stopped(serving)).toBe(0);
  });
});

describe("Step 3 and 4, over a webhook", () => {
  test("the webhook example is pasted, listens where it says, and answers", async () => {
    using turn = await defaultPort();
    operator.write("config.toml", `${PROVIDER}\n${WEBHOOK}`);
    const serving = operator.starts("loong channels serve feishu");
    try {
      await serving.waitFor(/127\.0\.0\.1:8080/);
      expect(serving.output()).toContain(`:${turn.port}`);
      const address = "http://127.0.0.1:8080/feishu/events";
      await vi.waitFor(async () => expect(await (await fetch(address)).text()).toBe("OK"), 5_000);
      platform.pushTo(WORK.appId, address);
      expect(await platform.verifyUrl(WORK.appId)).toMatchObject({ ok: true });
      expect(await answered("over the webhook?")).toContain("You said: over the webhook?");
    } finally {
      platform.pushTo(WORK.appId, undefined);
    }
    expect(await stopped(serving)).toBe(0);
  });

  test("without its material the account serves nothing and says what is missing", async () => {
    operator.write("config.toml", `${PROVIDER}\n${WEBHOOK.replace(/^(verification_token|encrypt_key).*\n/gm, "")}`);
    delete operator.env["LARK_VERIFICATION_TOKEN"];
    delete operator.env["LARK_ENCRYPT_KEY"];
    const { stdout } = await operator.types("loong doctor");
    expect(stdout).toMatch(/encryptKey|encrypt_key/);
  });
});

describe("Step 5: add named accounts before selectors", () => {
  test("gateway run --channel-account lark=work fails on a single-account config and says what to add", async () => {
    operator.write("config.toml", `${PROVIDER}\n${WEBSOCKET}`);
    const { code, stderr } = await operator.types(RUN);
    expect(code).toBe(2);
    expect(stderr).toMatch(/accounts\.work/);
    expect(stderr).toMatch(/default_?account/i);
  });

  test("the multi-account example makes the selector explicit", async () => {
    operator.write("config.toml", `${PROVIDER}\n${ACCOUNTS}`);
    const gateway = operator.starts(`${RUN} --port 0`);
    await gateway.waitFor("ws client ready");
    const status = JSON.parse((await operator.types(STATUS)).stdout) as {
      running: boolean;
      surfaces: unknown[];
    };
    expect(status).toMatchObject({
      running: true,
      phase: "running",
      surfaces: [{ channel: "feishu", account: "work", state: "CONNECTED" }],
    });
    expect(await answered("which account?")).toContain("which account?");

    expect(await operator.types(STOP)).toMatchObject({ code: 0 });
    expect((await gateway.ended).code).toBe(0);
  });
});

describe("Step 6: foreground or persisted ownership", () => {
  test("the persisted owner is inspected and stopped from another process", async () => {
    const before = JSON.parse((await operator.types(STATUS)).stdout) as { running: boolean };
    expect(before).toMatchObject({ running: false });
    const gateway = operator.starts(`${RUN} --port 0`);
    await gateway.waitFor("ws client ready");
    const second = await operator.types(RUN);
    expect(second.code).toBe(78);
    expect(second.stderr).toContain(String(gateway.pid));
    expect((await operator.types(STOP)).stdout).toContain("stopped");
    expect((await gateway.ended).code).toBe(0);
    expect(await operator.types(STOP)).toMatchObject({ code: 0 });
  });
});

describe("Troubleshooting", () => {
  test("runtime models list fails before the channel matters: the provider is to be mended first", async () => {
    operator.env["ARK_API_KEY"] = "wrong-key";
    const { code, stderr } = await operator.types("loong runtime models list");
    expect(code).toBe(2);
    expect(stderr).toContain("ARK_API_KEY");
    expect((await operator.types("loong doctor")).code).toBe(1);
    operator.env["ARK_API_KEY"] = "ark-key";
  });

  test("sends work but replies go elsewhere: the boundary is allowed_chat_ids, and an empty one serves nobody", async () => {
    operator.write("config.toml", `${PROVIDER}\n${WEBSOCKET.replace('["oc_ops_room"]', "[]")}`);
    const { code, stdout, stderr } = await operator.types("loong channels serve feishu");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/allowed_?chat_?ids/i);
    expect(
      await operator.types('loong channels send feishu --target "oc_ops_room" --text "still sends"'),
    ).toMatchObject({ code: 0 });
  });
});

test("every block of the page was run", () => {
  expect(page.unused().filter((line) => !line.startsWith("export "))).toEqual([]);
});
