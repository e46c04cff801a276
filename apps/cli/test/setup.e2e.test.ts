import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type LlmEmulator, startLlmEmulator } from "@loong/agent-llm/emulator";
import { type FeishuEmulator, startFeishuEmulator } from "@loong/feishu/emulator";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Checklist } from "../src/checklist.ts";
import { createOperator, type Operator } from "./operator.ts";
import { hasTerminals, keys, openTerminal } from "./terminal.ts";

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "right-secret-7f3a", botName: "Ops Bot" };
const { enter, space, down } = keys;

let model: LlmEmulator;
let platform: FeishuEmulator;
beforeAll(async () => {
  model = await startLlmEmulator({ keys: ["ark-key-5d21"] });
  platform = await startFeishuEmulator({ apps: [APP] });
});
afterAll(async () => {
  await model.close();
  await platform.close();
});

let operator: Operator;
beforeEach(() => {
  operator = createOperator({ LARK_BASE_URL: platform.url, LOONG_PROVIDER_BASE_URL: `${model.url}/api/v3` });
  onTestFinished(() => operator.leaves());
});

const file = () => join(operator.home, "config.yaml");
const written = () => readFileSync(file(), "utf8");
const checklist = async (): Promise<Checklist> =>
  JSON.parse((await operator.types("loong setup --json")).stdout) as Checklist;

test("without a terminal, lists what is missing with commands that mend it", async () => {
  const { code, stdout } = await operator.types("loong setup --non-interactive");
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ok +This machine$/mu);
  expect(stdout).toMatch(/^missing +The agent$/mu);
  for (const step of (await checklist()).steps.filter(({ ok }) => !ok)) {
    const [first] = step.missing;
    expect(first?.commands.length).toBeGreaterThan(0);
    for (const command of first?.commands ?? []) {
      expect(stdout).toContain(command);
      expect(await operator.types(command)).toMatchObject({ code: 0, stderr: "" });
    }
  }
  // Now only the secrets that the commands name are missing, and what was an example is refused by the platform.
  const left = (await checklist()).steps.flatMap(({ missing }) => missing);
  expect(left.map(({ what }) => what).join("\n")).toMatch(/ARK_API_KEY[^]*LARK_APP_SECRET/u);
  Object.assign(operator.env, { ARK_API_KEY: "ark-key-5d21", LARK_APP_SECRET: APP.appSecret });
  expect(await operator.types("loong setup --non-interactive")).toMatchObject({ code: 0 });
});

test("without a terminal and without the flag, says so", async () => {
  expect(await operator.types("loong setup")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: .*terminal.*\nhint: .*--non-interactive/u),
  });
});

describe.skipIf(!hasTerminals)("at a terminal (skipped where util-linux has no `script`)", () => {
  test("from nothing to an answer, and again without a change", async () => {
    operator.env["ARK_API_KEY"] = "wrong-key-0e88";
    const terminal = openTerminal(operator, "loong setup");
    await terminal.answers("Kind", enter); // the example of the schema
    await terminal.answers("called in the config file?", enter);
    await terminal.answers("API key", enter); // a variable that is named like the key is set
    await terminal.answers("Which environment variable", enter);
    await terminal.answers("Anything else", enter);
    await terminal.sees("It does not work.");
    await terminal.answers("What now?", enter);
    await terminal.answers("Kind", enter);
    await terminal.answers("API key", down, enter);
    await terminal.answers("API key (it is not shown", "ark-key-5d21", enter);
    await terminal.answers("Anything else", enter);
    await terminal.sees("It works");
    await terminal.answers("Save it?", enter);

    await terminal.answers("Which channels", space, enter);
    await terminal.answers("App ID", APP.appId, enter);
    await terminal.answers("App Secret:", enter);
    await terminal.answers("App Secret (it is not shown", APP.appSecret, enter);
    await terminal.answers("Who may write in private", enter);
    await terminal.answers("Which groups are answered", down, enter);
    await terminal.answers("Anything else", enter);
    await terminal.sees("It works");
    await terminal.answers("Save it?", enter);
    await terminal.sees("loong gateway run");
    expect(await terminal.ended).toBe(0);

    for (const secret of ["wrong-key-0e88", "ark-key-5d21", APP.appSecret])
      expect(terminal.output()).not.toContain(secret);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect((await operator.types("loong config get channels.feishu.groupPolicy")).stdout).toBe("open\n");
    expect((await operator.types('loong ask --message "hello"')).code).toBe(0);
    expect((await checklist()).ok).toBe(true);

    const before = written();
    const again = openTerminal(operator, "loong setup");
    await again.answers("volcengine (in use)", enter); // keep it
    await again.answers("Which channels", enter); // none
    expect(await again.ended).toBe(0);
    expect(again.output()).toContain("(configured: default)");
    expect(written()).toBe(before);
  });

  test("a second provider is asked whether it answers from now on", async () => {
    const before = "providers:\n  main: { kind: custom, baseUrl: http://127.0.0.1:1/v1 } # at home\n";
    operator.write("config.yaml", before);
    operator.env["ARK_API_KEY"] = "ark-key-5d21";
    const terminal = openTerminal(operator, "loong configure --section providers");
    await terminal.answers("Model providers", down, enter); // a new one
    await terminal.answers("Kind", enter);
    await terminal.answers("called in the config file?", enter);
    await terminal.answers("Let volcengine answer from now on?", enter);
    await terminal.answers("API key", enter);
    await terminal.answers("Which environment variable", enter);
    await terminal.answers("Anything else", enter);
    await terminal.answers("Save it?", enter);
    expect(await terminal.ended).toBe(0);
    expect(written()).toContain(before);
    expect((await operator.types("loong config get activeProvider")).stdout).toBe("volcengine\n");
  });
});
