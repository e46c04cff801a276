import { chmodSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { addressOf, AGENT, openScene, type Scene, stopped } from "../scene.ts";

/** The playbook "Lark (Feishu) Channel": troubleshooting, debug mode, logs and the security practices. */

const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "trouble-secret", botName: "Loong" };
const KEYED = {
  appId: "cli_eeeeeeeeeeeeeeee",
  appSecret: "keyed-secret",
  botName: "Keyed",
  encryptKey: "the-key-of-the-console",
};
const SILENT = { appId: "cli_dddddddddddddddd", appSecret: "silent-secret", botName: "Silent", botEnabled: false };

/** Another app in the environment. */
function speaksAs({ appId, appSecret }: { readonly appId: string; readonly appSecret: string }): void {
  Object.assign(scene.operator.env, { LARK_APP_ID: appId, LARK_APP_SECRET: appSecret });
}

const THREE_LINES = [
  `[lark] [default] starting Lark provider (${APP.appId}) in websocket mode`,
  "[ws] ws connect success",
  "[ws] ws client ready",
];

/** The three lines in the order in which they were written; debug lines may have their words too. */
function threeLines(output: string): readonly string[] {
  const told = output.split("\n").filter((line) => line.includes(" info "));
  return told.flatMap((line) => THREE_LINES.filter((wanted) => line.includes(wanted)));
}

let scene: Scene;
beforeAll(async () => {
  scene = await openScene([APP, KEYED, SILENT]);
  scene.platform.user("Ada", { openId: "ou_trusted_user" });
  scene.platform.user("Bob", { openId: "ou_stranger" });
});
afterEach(() => scene.restores());
afterAll(() => scene?.closes());

describe("Check Connection Status", () => {
  test("`channels status --probe`: works, and who the bot is", async () => {
    expect(await scene.typesWell("loong channels status --probe")).toMatch(/feishu +default +configured +works +Loong/);
    await scene.connects();
    expect(await scene.typesWell("loong channels status --probe")).toMatch(/feishu +default +CONNECTED +works +Loong/);
  });

  test("a wrong secret: 1, what is wrong, and what to do", async () => {
    scene.operator.env["LARK_APP_SECRET"] = "not-the-secret";
    const { code, stdout } = await scene.types("loong channels status --probe");
    expect(code).toBe(1);
    expect(stdout).toMatch(/feishu +default +configured +failed/);
    expect(stdout).toMatch(/Invalid App ID or App Secret \(API error: 10015.*\n.*Credentials page/);
    expect(stdout).not.toContain("not-the-secret");
  });
});

describe("Verify Credentials", () => {
  test("`gateway run --verbose` shows the probe's result on startup, and the three lines", async () => {
    const gateway = await scene.connects("loong gateway run --verbose --port 0");
    await gateway.waitFor("probe ok: Loong");
    expect(threeLines(gateway.output())).toEqual(THREE_LINES);
    expect(await stopped(gateway)).toBe(0);
  });

  test("with a wrong secret it says so, stays up, and connects once the secret is right", async () => {
    scene.operator.env["LARK_APP_SECRET"] = "not-the-secret";
    const gateway = scene.starts("loong gateway run --verbose --port 0");
    await gateway.waitFor("probe failed: Invalid App ID or App Secret");
    await expect
      .poll(() => scene.surface())
      .toMatchObject({ state: "BAD_CREDENTIALS", hint: expect.stringContaining("Credentials page") });
    expect((await scene.types("loong channels status")).code).toBe(1);
    await scene.typesWell(`loong config set channels.lark.appSecret ${APP.appSecret}`);
    await gateway.waitFor("ws client ready");
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("Common Issues", () => {
  test.each([
    ["App ID not configured", "LARK_APP_ID"],
    ["App secret not configured", "LARK_APP_SECRET"],
  ])('"%s"', async (message, variable) => {
    scene.config("channels:\n  lark:\n    enabled: true\n");
    scene.operator.env[variable] = "";
    const { code, stdout } = await scene.types("loong channels status --probe");
    expect(code).toBe(1);
    expect(stdout).toContain(message);
    expect(stdout).toMatch(new RegExp(`loong config set channels\\.lark\\.app(Id|Secret).*${variable}`));

    const gateway = scene.starts("loong gateway run --port 0");
    await gateway.waitFor(message);
    await expect.poll(() => scene.status()).toMatchObject({ running: true, ready: false });
    expect(await stopped(gateway)).toBe(0);
  });

  test('"API error: 99991663": invalid App ID or App Secret', async () => {
    const refusal = { code: 99991663, msg: "Invalid access token for authorization." };
    scene.platform.inject({ path: "/open-apis/bot/v3/info", action: { status: 400, body: refusal } });
    const { code, stdout } = await scene.types("loong channels status --probe");
    expect(code).toBe(1);
    expect(stdout).toMatch(/Invalid App ID or App Secret \(API error: 99991663[^]*Credentials page/);
  });

  test('"API error: 99991668": the bot capability is not enabled', async () => {
    speaksAs(SILENT);
    const { code, stdout } = await scene.types("loong channels status --probe");
    expect(code).toBe(1);
    expect(stdout).toMatch(/Bot capability not enabled \(API error: 99991668[^]*enable the Bot feature/);
  });

  test("WebSocket connection fails: the reason, and that webhook mode is an alternative", async () => {
    scene.platform.inject({ on: "upgrade", action: { refuse: { status: 403 } }, times: 1 });
    const gateway = scene.starts("loong gateway run --port 0");
    await gateway.waitFor(/not connected: .*channels\.lark\.mode webhook/);
    await gateway.waitFor("ws client ready");
    expect(await stopped(gateway)).toBe(0);
  });

  test("Webhook verification fails: a key that differs from the platform's is counted as such", async () => {
    const { platform } = scene;
    speaksAs(KEYED);
    scene.config("channels:\n  lark:\n    mode: webhook\n    encryptKey: another-key\n");
    const gateway = scene.starts("loong gateway run --port 0 --verbose");
    platform.pushTo(KEYED.appId, `${await addressOf(gateway)}/lark/webhook`);
    try {
      await expect.poll(() => platform.verifyUrl(KEYED.appId)).toMatchObject({ ok: false, status: 401 });
      await gateway.waitFor(/a webhook request was refused.*reason=decrypt/);
      expect((await scene.surface()).refused).toHaveProperty("decrypt");
      await scene.typesWell("loong config set channels.lark.encryptKey the-key-of-the-console");
      await gateway.waitFor("config was read again");
      await expect.poll(() => platform.verifyUrl(KEYED.appId)).toMatchObject({ ok: true });
    } finally {
      platform.pushTo(KEYED.appId, undefined);
    }
    expect(await stopped(gateway)).toBe(0);
  });

  test("Messages received but no reply: the log says that the API key is missing, and the room that something is wrong", async () => {
    scene.config(`${AGENT}\nchannels:\n  lark:\n    dmPolicy: open\n`);
    scene.operator.env["ARK_API_KEY"] = "";
    const gateway = await scene.connects();
    const chat = scene.platform.directChat("Ada", APP.appId);
    const answer = await scene.answerTo(chat, scene.says(chat, "Ada", "hello?"));
    expect(answer).toMatch(/could not answer/);
    await gateway.waitFor("ARK_API_KEY");
    expect(await scene.types("loong doctor")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("ARK_API_KEY"),
    });
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("Debug Mode and View Logs", () => {
  test("--verbose tells what is otherwise left out", async () => {
    scene.config("channels:\n  lark:\n    groupPolicy: open\n");
    const room = scene.platform.group("Quiet room", ["Ada"], [APP.appId]);
    const quiet = await scene.connects();
    scene.platform.say(room, "Ada", "not for the bot");
    await expect.poll(() => scene.platform.deliveries().at(-1)?.state).toBe("acknowledged");
    expect(await stopped(quiet)).toBe(0);
    expect(quiet.output()).not.toContain("debug");

    const verbose = await scene.connects("loong gateway run --verbose --port 0");
    scene.platform.say(room, "Ada", "not for the bot");
    await verbose.waitFor(/debug .*not for us.*not mentioned/);
    expect(await stopped(verbose)).toBe(0);
  });

  test("the log file's location is shown on startup, and `tail` of it has the lines", async () => {
    const gateway = await scene.connects();
    const file = /info log (\/\S+\.log)/.exec(gateway.output())?.[1] ?? "not shown";
    expect(file).toContain(new Date().toISOString().slice(0, 10));
    // The file is written a moment after the terminal.
    for (const line of THREE_LINES) await expect.poll(() => scene.typesWell(`tail -n 100 ${file}`)).toContain(line);
    expect((await scene.status()).logFile).toBe(file);
    expect(await stopped(gateway)).toBe(0);
    expect(readFileSync(file, "utf8")).not.toContain(APP.appSecret);
  });
});

describe("Security Best Practices", () => {
  /** The block of the first practice; the folder is one that this test may write to. */
  function secretFiles(): void {
    const idFile = scene.operator.write("secrets/lark-app-id", `${APP.appId}\n`);
    const secretFile = scene.operator.write("secrets/lark-app-secret", `${APP.appSecret}\n`);
    scene.config(`   channels:
     lark:
       appIdFile: "${idFile}"
       appSecretFile: "${secretFile}"
`);
    scene.operator.env["LARK_APP_ID"] = "";
    scene.operator.env["LARK_APP_SECRET"] = "";
  }

  test("1. file-based secrets", async () => {
    secretFiles();
    const gateway = await scene.connects();
    expect(gateway.output()).toContain(THREE_LINES[0]);
    expect(await stopped(gateway)).toBe(0);
  });

  test("1. as on the page, the files are missing, and the account says which", async () => {
    scene.config(`   channels:
     lark:
       appIdFile: "/secrets/lark-app-id"
       appSecretFile: "/secrets/lark-app-secret"
`);
    await scene.typesWell("loong config validate");
    const { code, stdout } = await scene.types("loong channels status --probe");
    expect(code).toBe(1);
    expect(stdout).toMatch(/\/secrets\/lark-app-id.*does not exist/);
  });

  test("1. a secret file that others may read is refused with the command that mends it", async () => {
    secretFiles();
    const file = `${scene.operator.home}/secrets/lark-app-secret`;
    chmodSync(file, 0o644);
    const { code, stdout } = await scene.types("loong channels status --probe");
    expect(code).toBe(1);
    expect(stdout).toContain(`chmod 600 ${file}`);
  });

  test("2. encryption: the block is taken, and does no harm without webhooks", async () => {
    scene.config(`   channels:
     lark:
       encryptKey: "your_encrypt_key"
`);
    await scene.typesWell("loong config validate");
    expect(await stopped(await scene.connects())).toBe(0);
  });

  test("3. allowlists: the trusted user and nobody else", async () => {
    const block = `   channels:
     lark:
       dmPolicy: "allowlist"
       allowFrom: ["ou_trusted_user"]
`;
    scene.config(block);
    await scene.typesWell("loong config validate");
    scene.config(`   agent: { use: echo }\n${block}`);
    const gateway = await scene.connects();
    const [trusted, other] = ["Ada", "Bob"].map((who) => scene.platform.directChat(who, APP.appId));
    if (trusted === undefined || other === undefined) throw new Error("there are two chats");
    const refused = scene.says(other, "Bob", "let me in");
    await gateway.waitFor("sender is not in allowFrom");
    expect(await scene.answerTo(trusted, scene.says(trusted, "Ada", "it is me"))).toContain("it is me");
    expect(scene.isUnanswered(other, refused)).toBe(true);
    expect(await stopped(gateway)).toBe(0);
  });

  test("4. environment variables for CI/CD", async () => {
    const { LARK_APP_ID, LARK_APP_SECRET } = scene.operator.env;
    Object.assign(scene.operator.env, { LARK_APP_ID: "", LARK_APP_SECRET: "" });
    const script = `export LARK_APP_ID="${LARK_APP_ID}"
export LARK_APP_SECRET="${LARK_APP_SECRET}"
loong channels status --probe`;
    expect(await scene.typesWell(script)).toMatch(/default +configured +works/);
  });
});
