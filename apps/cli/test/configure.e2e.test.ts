import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type FeishuEmulator, startFeishuEmulator } from "@loong/feishu/emulator";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createOperator, type Operator } from "./operator.ts";
import { hasTerminals, keys, openTerminal, type Terminal } from "./terminal.ts";

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "right-secret-7f3a", botName: "Ops Bot" };
const WRONG = "wrong-secret-91bc";
const { enter, space, down, ctrlC } = keys;

let platform: FeishuEmulator;
beforeAll(async () => {
  platform = await startFeishuEmulator({ apps: [APP] });
});
afterAll(() => platform.close());

let operator: Operator;
beforeEach(() => {
  operator = createOperator({ LARK_BASE_URL: platform.url });
  onTestFinished(() => operator.leaves());
});

const file = () => join(operator.home, "config.yaml");
const written = () => readFileSync(file(), "utf8");

test("without a terminal, says what programs use instead", async () => {
  expect(await operator.types("loong configure --section channels.lark")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^error: .*terminal.*\nhint: .*`loong config set/u),
  });
});

describe.skipIf(!hasTerminals)("at a terminal (skipped where util-linux has no `script`)", () => {
  const configures = (words: string): Terminal => openTerminal(operator, `loong configure ${words}`);

  /** Goes past everything that may stay as it is. */
  async function acceptsTheRest(terminal: Terminal): Promise<void> {
    await terminal.answers("Who may write in private", enter);
    await terminal.answers("Which groups are answered", enter);
    await terminal.answers("Ids of the people", enter);
    await terminal.answers("Anything else", enter);
  }

  test("a wrong secret is told before anything is saved; the right one is saved, and neither is ever shown", async () => {
    operator.write("config.yaml", "# ours\ngateway:\n  port: 8080 # behind the proxy\n");
    const terminal = configures("--section channels.lark");
    await terminal.answers("App ID", APP.appId, enter);
    await terminal.answers("App Secret:", enter);
    await terminal.answers("App Secret (it is not shown)", WRONG, enter);
    await acceptsTheRest(terminal);
    await terminal.sees("Invalid App ID or App Secret");
    expect(written()).not.toContain("channels");

    await terminal.answers("What now?", enter); // edit again
    await terminal.answers("App ID", enter);
    await terminal.answers("App Secret:", down, enter); // not the one there is: type it
    await terminal.answers("App Secret (it is not shown; empty keeps the one there is)", APP.appSecret, enter);
    await acceptsTheRest(terminal);
    await terminal.sees(`It works as ${APP.botName}`);
    await terminal.answers("Save it?", enter);

    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toContain(`Saved channels.lark in ${file()}.`);
    expect(written()).toBe(
      `# ours\ngateway:\n  port: 8080 # behind the proxy\nchannels:\n  lark:\n    appId: ${APP.appId}\n    appSecret: ${APP.appSecret}\n`,
    );
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    for (const secret of [WRONG, APP.appSecret]) expect(terminal.output()).not.toContain(secret);
    expect(await operator.types("loong channels status --probe")).toMatchObject({ code: 0 });
  });

  test("Ctrl-C at any question leaves the file as it was", async () => {
    const before = "channels:\n  lark: { enabled: false } # later\n";
    operator.write("config.yaml", before);
    const terminal = configures("--section channels.lark");
    await terminal.answers("Which account", enter);
    await terminal.answers("is switched off. Switch it on?", enter);
    await terminal.answers("App ID", APP.appId, enter);
    await terminal.answers("App Secret:", ctrlC);
    expect(await terminal.ended).toBe(1);
    expect(terminal.output()).toContain("Nothing was changed.");
    expect(written()).toBe(before);
  });

  test("another account gets a table of its own, its secret from a variable of its own", async () => {
    const before = `channels:\n  lark:\n    appId: cli_1 # the first\n    appSecret: { env: LARK_APP_SECRET }\n    baseUrl: ${platform.url}\n    groupPolicy: disabled\n`;
    operator.write("config.yaml", before);
    operator.env["LARK_APP_SECRET_WORK"] = APP.appSecret;
    const terminal = configures("");
    await terminal.answers("What do you want to configure?", enter); // the first channel
    await terminal.answers("Which account", down, enter);
    await terminal.answers("called?", "work", enter);
    await terminal.answers("App ID", ...erased("cli_1"), APP.appId, enter);
    await terminal.answers("App Secret:", down, down, enter);
    await terminal.answers("Which environment variable", enter);
    await terminal.answers("Who may write in private", down, enter);
    await terminal.answers("Ids of the people", "ou_1, ou_2", enter);
    await terminal.answers("Which groups are answered", enter); // as the channel has it
    await terminal.answers("Anything else", enter);
    await terminal.answers("Save it?", enter);
    expect(await terminal.ended).toBe(0);
    expect(written()).toContain(before);
    expect((await operator.types("loong config get channels.lark.accounts --json")).stdout).toBe(
      `${JSON.stringify(
        {
          work: {
            appId: APP.appId,
            appSecret: { env: "LARK_APP_SECRET_WORK" },
            dmPolicy: "allowlist",
            allowFrom: ["ou_1", "ou_2"],
          },
        },
        null,
        2,
      )}\n`,
    );
  });

  test("what stays as it is leaves nothing to save", async () => {
    const before = `channels:\n  lark:\n    appId: ${APP.appId}\n    appSecret: ${APP.appSecret} # from the vault\n`;
    operator.write("config.yaml", before);
    const terminal = configures("--section lark --account default");
    await terminal.answers("App ID", enter);
    await terminal.answers("App Secret:", enter); // keep
    await acceptsTheRest(terminal);
    await terminal.sees("nothing to change");
    expect(await terminal.ended).toBe(0);
    expect(written()).toBe(before);
    expect(terminal.output()).not.toContain(APP.appSecret);
  });

  test("a value the schema refuses is asked for again; the gateway's keys need no probe", async () => {
    const terminal = configures("--section gateway");
    await terminal.answers("Anything else", space, enter); // the port
    await terminal.answers("Port", "70000", enter);
    await terminal.sees("a whole number from 0 to 65535");
    await terminal.presses(...erased("70000"), "8080", enter);
    await terminal.answers("Save it?", enter);
    expect(await terminal.ended).toBe(0);
    expect(written()).toBe("gateway:\n  port: 8080\n");
  });

  test("what does not work can be saved anyway, or not at all", async () => {
    const secret = operator.write("secret", WRONG);
    for (const [answer, code] of [
      [[down, enter], 1],
      [["\u001B[A", enter], 0],
    ] as const) {
      const terminal = configures("--section channels.lark");
      await terminal.answers("App ID", APP.appId, enter);
      await terminal.answers("App Secret:", down, down, enter);
      await terminal.answers("Which file holds App Secret?", secret, enter);
      await acceptsTheRest(terminal);
      await terminal.answers("What now?", ...answer);
      expect(await terminal.ended).toBe(code);
      expect(terminal.output()).not.toContain(WRONG);
    }
    expect(written()).toBe(`channels:\n  lark:\n    appId: ${APP.appId}\n    appSecret: { file: ${secret} }\n`);
  });

  test("--no-probe asks nobody but the operator", async () => {
    operator.env["LARK_BASE_URL"] = "http://127.0.0.1:1";
    const terminal = configures("--section channels.lark --no-probe");
    await terminal.answers("App ID", APP.appId, enter);
    await terminal.answers("App Secret:", enter);
    await terminal.answers("App Secret (it is not shown)", WRONG, enter);
    await acceptsTheRest(terminal);
    await terminal.answers("Save it?", enter);
    expect(await terminal.ended).toBe(0);
    expect(written()).toContain(APP.appId);
  });

  test("nobody is asked for what cannot be saved", async () => {
    operator.write("config.yaml", "channels: [\n");
    const terminal = configures("--section channels.lark");
    expect(await terminal.ended).toBe(2);
    expect(terminal.output()).toMatch(/error: .*config\.yaml:/u);
    expect(terminal.output()).not.toContain("App ID");
  });

  test("a trial may disturb the running gateway, so it asks first", async () => {
    const block = `  lark: { appId: ${APP.appId}, appSecret: ${APP.appSecret} }\n`;
    operator.write("config.yaml", `agent: { use: echo }\nchannels:\n${block}`);
    const gateway = operator.starts("loong gateway run --port 0");
    await gateway.waitFor("ws client ready");
    const terminal = configures("--section channels.lark --account default");
    await terminal.answers("App ID", enter);
    await terminal.answers("App Secret:", enter);
    await acceptsTheRest(terminal);
    await terminal.answers("Try it now?", "n");
    await terminal.sees("nothing to change");
    expect(await terminal.ended).toBe(0);
    gateway.signal("SIGTERM");
    await gateway.ended;
  });

  test("a section that is none names those there are", async () => {
    const terminal = configures("--section gatway");
    await terminal.sees("There is no section");
    await terminal.sees("channels.feishu");
    expect(await terminal.ended).toBe(2);
  });
});

/** As many times Backspace as the text is long. */
function erased(text: string): readonly string[] {
  return Array.from({ length: text.length }, () => "\u007F");
}
