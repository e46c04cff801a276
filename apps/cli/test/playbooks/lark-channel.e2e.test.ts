import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { defaultPort } from "../default-port.ts";
import { addressOf, AGENT, openScene, type Scene, stopped, untilServed } from "../scene.ts";

/**
 * The playbook "Lark (Feishu) Channel": configuration, connection modes and accounts, step by step. What it gives to paste is
 * pasted as it stands. Its ids (`cli_xxxxx`) are no ids of the platform: where something must run, id and secret come from the
 * environment, or `config set` replaces them.
 */

/** Key and token are those of the playbook's webhook example. */
const APP = {
  appId: "cli_a9f6c72aa7b85bca",
  appSecret: "lark-secret-1",
  botName: "Loong",
  encryptKey: "your_encrypt_key",
  verificationToken: "your_token",
};
const PRODUCTION = { appId: "cli_bbbbbbbbbbbbbbbb", appSecret: "lark-secret-2", botName: "Production" };
const STAGING = { appId: "cli_cccccccccccccccc", appSecret: "lark-secret-3", botName: "Staging" };

const BASIC = `channels:
  lark:
    enabled: true
    appId: "cli_xxxxx"
    appSecret: "xxxxx"
    name: "My Lark Bot"
    domain: "feishu"  # or "lark" for international
    mode: "websocket"  # or "webhook"
`;

const WEBSOCKET = `channels:
  lark:
    mode: "websocket"
`;

const WEBHOOK = `channels:
  lark:
    mode: "webhook"
    webhookPath: "/lark/webhook"
    encryptKey: "your_encrypt_key"  # Optional but recommended
    verificationToken: "your_token"  # Optional
`;

const ACCOUNTS = `channels:
  lark:
    enabled: true
    # Default account
    appId: "cli_default_app"
    appSecret: "default_secret"

    # Named accounts
    accounts:
      production:
        appId: "cli_prod_app"
        appSecret: "prod_secret"
        name: "Production Bot"
        domain: "lark"

      staging:
        appId: "cli_staging_app"
        appSecret: "staging_secret"
        name: "Staging Bot"
        domain: "feishu"
`;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene([APP, PRODUCTION, STAGING]);
  scene.platform.user("Ada");
});
afterEach(() => scene.restores());
afterAll(() => scene?.closes());

describe("6. Configure", () => {
  test("the four `config set` lines, exactly", async () => {
    await scene.typesWell('loong config set channels.lark.appId "cli_your_app_id"');
    await scene.typesWell('loong config set channels.lark.appSecret "your_app_secret"');
    await scene.typesWell("loong config set channels.lark.enabled true");
    await scene.typesWell('loong config set channels.lark.domain feishu  # or "lark" for international');
    expect(JSON.parse(await scene.typesWell("loong config get channels.lark --json"))).toEqual({
      appId: "cli_your_app_id",
      appSecret: "***",
      enabled: true,
      domain: "feishu",
    });
    await scene.typesWell("loong config validate");
    expect(scene.written()).toMatch(/^channels:\n {2}lark:\n/);
  });

  test.each([
    ["no config at all", undefined],
    ["a block that is only enabled", "channels:\n  lark:\n    enabled: true\n"],
  ])("LARK_APP_ID and LARK_APP_SECRET, with %s", async (_name, yaml) => {
    if (yaml !== undefined) scene.config(yaml);
    expect(await scene.accounts()).toMatchObject([
      { channel: "feishu", account: "default", enabled: true, problems: [] },
    ]);
    const gateway = await scene.connects();
    await expect.poll(() => scene.status()).toMatchObject({ ready: true, surfaces: [{ state: "CONNECTED" }] });
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("Basic Configuration", () => {
  test("pasted, it is taken as it is; the platform refuses the placeholders, and the probe says so", async () => {
    scene.config(BASIC);
    await scene.typesWell("loong config validate");
    const { code, stdout } = await scene.types("loong channels status --probe");
    expect(code).toBe(1);
    expect(stdout).toContain("Invalid App ID or App Secret");
  });

  test("with the placeholders replaced it runs, and nothing else in the file has moved", async () => {
    scene.config(BASIC);
    await scene.typesWell(`loong config set channels.lark.appId ${APP.appId}`);
    await scene.typesWell(`loong config set channels.lark.appSecret ${APP.appSecret}`);
    expect(scene.written()).toBe(BASIC.replace("cli_xxxxx", APP.appId).replace("xxxxx", APP.appSecret));
    const gateway = await scene.connects();
    await expect.poll(() => scene.surface()).toMatchObject({ label: "My Lark Bot", transport: "websocket" });
    expect(await stopped(gateway)).toBe(0);
  });
});

interface Schema {
  readonly default?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly properties: Readonly<Record<string, Schema>>;
}

describe("Full Configuration Reference", () => {
  const REFERENCE: readonly (readonly [option: string, value: string, fallback: unknown])[] = [
    ["enabled", "true", true],
    ["appId", "cli_a9f6c72aa7b85bca", undefined],
    ["appSecret", "a-secret", undefined],
    ["appIdFile", "/secrets/lark-app-id", undefined],
    ["appSecretFile", "/secrets/lark-app-secret", undefined],
    ["name", "My Lark Bot", undefined],
    ["domain", "lark", "feishu"],
    ["mode", "webhook", "websocket"],
    ["encryptKey", "a-key-of-the-console", undefined],
    ["verificationToken", "a-token-of-the-console", undefined],
    ["webhookPath", "/lark/elsewhere", "/lark/webhook"],
    ["dmPolicy", "open", "pairing"],
    ["groupPolicy", "open", "allowlist"],
    ["allowFrom", '["ou_one"]', []],
    ["groupAllowFrom", '["ou_two"]', []],
  ];

  test("`config get` gives the default of every option that has one", async () => {
    scene.config("channels:\n  lark: {}\n");
    const options = REFERENCE.filter(([, , fallback]) => fallback !== undefined);
    const line = options.map(([option]) => `loong config get channels.lark.${option} --json`).join(" && ");
    expect(await scene.typesWell(line)).toBe(options.map(([, , fallback]) => `${JSON.stringify(fallback)}\n`).join(""));
  });

  test("`config schema` has every option with its default", async () => {
    const schema = JSON.parse(await scene.typesWell("loong config schema")) as Schema;
    const options = schema.properties["channels"]?.properties["lark"]?.properties ?? {};
    for (const [option, , fallback] of REFERENCE) {
      // A secret may also be a reference to one.
      const described = options[option]?.anyOf?.[0] ?? options[option];
      expect({ option, known: described !== undefined, default: described?.default }).toEqual({
        option,
        known: true,
        default: fallback,
      });
    }
  });

  test("every option is accepted", async () => {
    const isFile = (option: string) => option.endsWith("File");
    const options = REFERENCE.map(([option, value]) => [option, /^(\[|true$)/.test(value) ? JSON.parse(value) : value]);
    // A value and the file that holds it are two ways to say one thing.
    for (const either of [
      options.filter(([option]) => !isFile(option)),
      options.filter(([option]) => isFile(option)),
    ]) {
      const patch = { channels: { lark: Object.fromEntries(either) as object } };
      await scene.typesWell(`loong config patch '${JSON.stringify(patch)}'`);
      expect(await scene.types("loong config validate")).toMatchObject({ code: 0, stderr: "" });
      await scene.restores();
    }
  });

  test("a value outside the table is refused before it is written", async () => {
    scene.config(WEBSOCKET);
    const { code, stderr } = await scene.types("loong config set channels.lark.mode carrier-pigeon");
    expect(code).toBe(2);
    expect(stderr).toMatch(/websocket.*webhook/);
    expect(scene.written()).toBe(WEBSOCKET);
  });
});

describe("WebSocket Mode", () => {
  const THREE_LINES = [
    "[lark] [default] starting Lark provider (cli_a9f6c72aa7b85bca) in websocket mode",
    "[ws] ws connect success",
    "[ws] ws client ready",
  ];

  test("when the gateway starts you see the three lines, in this order and once", async () => {
    scene.config(WEBSOCKET);
    const gateway = await scene.connects();
    const lines = gateway.output().split("\n");
    expect(lines.flatMap((line) => THREE_LINES.filter((wanted) => line.includes(wanted)))).toEqual(THREE_LINES);
    expect(await stopped(gateway)).toBe(0);
  });

  test("automatic reconnection", async () => {
    scene.config(`${AGENT}\n${WEBSOCKET}    dmPolicy: open\n`);
    const gateway = await scene.connects();
    expect(scene.platform.dropConnections()).toBe(1);
    await gateway.waitFor(/(ws client ready[^]*){2}/);
    const chat = scene.platform.directChat("Ada", APP.appId);
    expect(await scene.answerTo(chat, scene.says(chat, "Ada", "still there?"))).toContain("You said: still there?");
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("Webhook Mode", () => {
  const challenge = (url: string) => `curl -s -X POST ${url} \\
  -H "Content-Type: application/json" \\
  -d '{"type": "url_verification", "challenge": "test"}'`;

  test("1. start it on a port, 3. the platform verifies the URL, 4. encrypted events are answered", async () => {
    scene.config(`${AGENT}\n${WEBHOOK}    groupPolicy: open\n`);
    // Port 0 stands for the playbook's 8080: any free one.
    const gateway = scene.starts("loong gateway run --port 0");
    const url = `${await addressOf(gateway)}/lark/webhook`;
    await untilServed(url);
    scene.platform.pushTo(APP.appId, url);
    try {
      expect(await scene.platform.verifyUrl(APP.appId)).toMatchObject({ ok: true });
      const room = scene.platform.group("Room", ["Ada"], [APP.appId]);
      const answer = await scene.answerTo(room, scene.says(room, "Ada", "@Loong over the webhook?"));
      expect(answer).toContain("You said: over the webhook?");
    } finally {
      scene.platform.pushTo(APP.appId, undefined);
    }
    await expect
      .poll(() => scene.status())
      .toMatchObject({
        ready: true,
        surfaces: [{ state: "CONNECTED", transport: "webhook /lark/webhook", received: 1, refused: {} }],
      });
    // A platform that encrypts never sends plaintext, so the check from the shell is not for this configuration.
    expect(JSON.parse((await scene.types(challenge(url))).stdout)).toEqual({ error: "not verified" });
    expect(await stopped(gateway)).toBe(0);
  });

  test("Testing Webhook Locally: both curl lines, on the default port, before there is a key", async () => {
    using turn = await defaultPort();
    scene.config('channels:\n  lark:\n    mode: "webhook"\n    webhookPath: "/lark/webhook"\n');
    const gateway = scene.starts("loong gateway run");
    expect(await addressOf(gateway)).toBe(`http://127.0.0.1:${turn.port}`);
    await untilServed("http://127.0.0.1:18789/lark/webhook");

    expect(await scene.typesWell("curl -s http://127.0.0.1:18789/lark/webhook")).toBe("OK");
    expect(await scene.typesWell(challenge("http://127.0.0.1:18789/lark/webhook"))).toBe('{"challenge":"test"}');

    // The gateway says that events would not be taken like this, and takes none.
    await gateway.waitFor("Webhook mode has no encryptKey and no verificationToken");
    const event = { schema: "2.0", header: { event_id: "e1", event_type: "im.message.receive_v1" }, event: {} };
    const line = `curl -s -w '%{http_code}' http://127.0.0.1:18789/lark/webhook -H "Content-Type: application/json" -d '${JSON.stringify(event)}'`;
    expect(await scene.typesWell(line)).toMatch(/encryptKey.*401$/);
    await expect.poll(() => scene.surface()).toMatchObject({ received: 0, refused: { unverifiable: 1 } });
    expect(await stopped(gateway)).toBe(0);
  });
});

describe("Multi-Account Setup", () => {
  test("three accounts: the block's own is the default one", async () => {
    scene.config(ACCOUNTS);
    await scene.typesWell("loong config validate");
    expect(await scene.accounts()).toMatchObject([
      { account: "default", isDefault: true, enabled: true, problems: [] },
      { account: "production", isDefault: false, enabled: true, problems: [] },
      { account: "staging", isDefault: false, enabled: true, problems: [] },
    ]);
  });

  test("with ids of the platform each is its own bot, for what it hears and for what it is told to send", async () => {
    scene.config(`${AGENT}\n${ACCOUNTS}`);
    const { platform } = scene;
    const credentials = ({ appId, appSecret }: typeof PRODUCTION) => ({ appId, appSecret });
    const accounts = { production: credentials(PRODUCTION), staging: credentials(STAGING) };
    // The environment's address is for the default account alone; here all three live on one platform.
    const lark = { ...credentials(APP), baseUrl: platform.url, dmPolicy: "open", accounts };
    await scene.typesWell(`loong config patch '${JSON.stringify({ channels: { lark } })}'`);

    const gateway = await scene.connects("loong gateway run --port 0", 3);
    for (const { appId, botName } of [APP, PRODUCTION, STAGING]) {
      const chat = platform.directChat("Ada", appId);
      const answer = await scene.answerTo(chat, platform.say(chat, "Ada", `hello ${botName}`).messageId);
      expect(answer).toContain(`You said: hello ${botName}`);
    }
    await expect
      .poll(async () => (await scene.status()).surfaces)
      .toMatchObject([
        { account: "default", received: 1 },
        { account: "production", label: "Production Bot", received: 1 },
        { account: "staging", label: "Staging Bot", received: 1 },
      ]);

    const target = platform.user("Ada").openIds[STAGING.appId];
    await scene.typesWell(`loong message send --account staging --to ${target} --message "from staging"`);
    expect(platform.shows(platform.directChat("Ada", STAGING.appId)).at(-1)).toMatchObject({
      from: { name: "Staging" },
      text: "from staging",
    });
    expect(await stopped(gateway)).toBe(0);
  });
});
