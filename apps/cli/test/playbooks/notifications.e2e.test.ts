import { startWebhookEmulator, type WebhookEmulator } from "@loong/webhook/emulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOperator, type Operator } from "../operator.ts";
import { readPlaybook } from "../playbook.ts";

/** The playbook "Notifications only", step by step, from the page itself. */

const page = readPlaybook("notifications.md");
const ONE = page.config("Step 1");
const SEVERAL = page.config("Step 3");

/** The emulator stands on this machine, which an operator has to allow. */
const here = (config: string) =>
  config.replaceAll(/^(\[webhook\]|\[webhook\.accounts\.\w+\])$/gm, "$1\nallow_private_hosts = true");

let platform: WebhookEmulator;
let operator: Operator;
let room: ReturnType<WebhookEmulator["hook"]>;
let ops: ReturnType<WebhookEmulator["hook"]>;
let sales: ReturnType<WebhookEmulator["hook"]>;

beforeAll(async () => {
  platform = await startWebhookEmulator();
  room = platform.hook("json");
  ops = platform.hook("feishu", { secret: "ops-signing-secret" });
  sales = platform.hook("slack");
  operator = createOperator({
    WEBHOOK_URL: room.url,
    OPS_HOOK_URL: ops.url,
    OPS_HOOK_SECRET: "ops-signing-secret",
    SALES_HOOK_URL: sales.url,
  });
});
afterAll(async () => {
  await operator?.leaves();
  await platform?.close();
});

const texts = (hook: typeof room) => hook.shows().map(({ text }) => text);

describe("Steps 1 and 2: one address", () => {
  const [plain = "", formatted = ""] = page.commands("Step 2");

  test("as written, an address on this machine is refused and the key that allows it is named", async () => {
    operator.write("config.toml", ONE);
    const { code, stderr } = await operator.types(plain);
    expect(code).toBe(1);
    expect(stderr).toMatch(/allow_?private_?hosts/i);
    expect(stderr).not.toContain(room.url);
  });

  test(`$ ${plain}`, async () => {
    operator.write("config.toml", here(ONE));
    expect(await operator.types(plain)).toMatchObject({ code: 0, stderr: "" });
    expect(texts(room)).toEqual(["deploy finished"]);
  });

  test(`$ ${formatted}`, async () => {
    expect(await operator.types(formatted)).toMatchObject({ code: 0, stderr: "" });
    expect(texts(room)).toHaveLength(2);
  });
});

describe("Step 3: several rooms", () => {
  const [first = "", second = "", list = ""] = page.commands("Step 3");

  test(`$ ${first}`, async () => {
    operator.write("config.toml", here(SEVERAL));
    expect(await operator.types(first)).toMatchObject({ code: 0 });
    expect(texts(ops)).toEqual(["to operations"]);
  });
  test(`$ ${second}`, async () => {
    expect(await operator.types(second)).toMatchObject({ code: 0 });
    expect(texts(sales)).toEqual(["to sales"]);
    expect(texts(ops)).toHaveLength(1);
  });
  test(`$ ${list}`, async () => {
    const { code, stdout } = await operator.types(list);
    expect(code).toBe(0);
    expect(stdout).toMatch(/ops[^]*sales/);
    expect(stdout).not.toContain(ops.url);
  });
});

describe("What it is not", () => {
  const commands = page.commands("What it is not");
  test.each(commands.map((command) => [command]))("%s is refused by name", async (command) => {
    const { code, stderr } = await operator.types(command);
    expect(code).toBe(2);
    expect(stderr).toContain("webhook");
    expect(stderr).toMatch(/outbound|send/i);
  });
});

describe("When something is wrong", () => {
  test("a wrong signing secret is said, not shown", async () => {
    operator.env["OPS_HOOK_SECRET"] = "another-secret";
    const { code, stderr } = await operator.types('loong channels send webhook --text "unsigned"');
    expect(code).toBe(1);
    expect(stderr).toMatch(/sign|secret/i);
    expect(stderr).not.toContain("another-secret");
    operator.env["OPS_HOOK_SECRET"] = "ops-signing-secret";
  });

  test("a keyword the robot insists on is asked for", async () => {
    const strict = platform.hook("dingtalk", { keywords: ["alert"] });
    operator.env["OPS_HOOK_URL"] = strict.url;
    operator.write("config.toml", here(SEVERAL).replace('"feishu"', '"dingtalk"'));
    const { code, stderr } = await operator.types('loong channels send webhook --text "all quiet"');
    expect(code).toBe(1);
    expect(stderr).toMatch(/keyword/i);
  });

  test("a rate limit is waited for", async () => {
    platform.inject({ kind: "slack", times: 1, action: { retryAfterSeconds: 1 } });
    expect(await operator.types('loong channels send webhook --account sales --text "after a while"')).toMatchObject({
      code: 0,
    });
    expect(texts(sales).filter((text) => text === "after a while")).toHaveLength(1);
  });
});

test("every block of the page was run", () => {
  expect(page.unused()).toEqual([]);
});
