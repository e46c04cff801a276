import { expect, test } from "vitest";
import { scratch } from "../test/scratch.ts";
import { findAccount, resolveAccount, resolveSettings } from "./index.ts";

const errorsOf = async (home: ReturnType<typeof scratch>) =>
  (await home.read()).problems.filter(({ severity }) => severity === "error");

const rollout = `[feishu]
enabled = true
mode = "websocket"
default_account = "work"

[feishu.accounts.work]
domain = "lark"
app_id = { env = "LARK_WORK_APP_ID" }
app_secret = { env = "LARK_WORK_APP_SECRET" }
allowed_chat_ids = ["oc_ops_room"]

[telegram]
enabled = true
default_account = "bot_123456"

[telegram.accounts.bot_123456]
bot_token = { env = "TELEGRAM_BOT_TOKEN" }
allowed_chat_ids = [123456789]

[wecom]
enabled = true
default_account = "alerts"

[wecom.accounts.alerts]
bot_id = { env = "WECOM_ALERTS_BOT_ID" }
secret = { env = "WECOM_ALERTS_SECRET" }
allowed_conversation_ids = ["group_alerts"]
`;

test("gateway rollout: three channels with named default accounts", async () => {
  const env = {
    LARK_WORK_APP_ID: "cli_1",
    LARK_WORK_APP_SECRET: "s1",
    TELEGRAM_BOT_TOKEN: "1:a",
    WECOM_ALERTS_BOT_ID: "b",
    WECOM_ALERTS_SECRET: "s2",
  };
  const config = await scratch(rollout, { name: "config.toml", env }).read();
  expect(config.problems).toEqual([]);
  expect(
    config.accounts.map(({ channel, id, isDefault, defaultSource, named, configPath }) => [
      channel,
      id,
      isDefault,
      defaultSource,
      named,
      configPath,
    ]),
  ).toEqual([
    ["feishu", "work", true, "explicit", true, "feishu.accounts.work"],
    ["telegram", "bot_123456", true, "explicit", true, "telegram.accounts.bot_123456"],
    ["wecom", "alerts", true, "explicit", true, "wecom.accounts.alerts"],
  ]);
  expect(findAccount(config, "telegram").access.allowedConversationIds).toEqual(["123456789"]);
  expect(findAccount(config, "lark", "work").access).toMatchObject({
    dmPolicy: "pairing",
    dmPolicyWritten: false,
    allowedConversationIds: ["oc_ops_room"],
  });
  const { values, secrets } = await resolveAccount(config, "lark", "work");
  expect(values).toMatchObject({
    appId: "cli_1",
    appSecret: "s1",
    domain: "lark",
    mode: "websocket",
    receiveIdType: "chat_id",
    webhookPath: "/lark/webhook",
  });
  expect(secrets).toEqual(["s1"]);
  expect((await resolveAccount(config, "wecom", "alerts")).values).toMatchObject({
    botId: "b",
    secret: "s2",
    pingIntervalS: 30,
  });
});

test("wecom rollout: intervals of the block hold for its accounts", async () => {
  const single = scratch(
    `[wecom]
enabled = true
bot_id = { env = "WECOM_BOT_ID" }
secret = { env = "WECOM_SECRET" }
ping_interval_s = 45
reconnect_interval_s = 12
allowed_conversation_ids = ["group_demo"]
`,
    { name: "config.toml" },
  );
  expect(await errorsOf(single)).toEqual([]);
  expect((await single.read()).accounts).toMatchObject([
    { channel: "wecom", id: "default", named: false, isDefault: true, defaultSource: "only" },
  ]);
  const named = scratch(
    `[wecom]
enabled = true
default_account = "work"
ping_interval_s = 45
reconnect_interval_s = 12

[wecom.accounts.work]
bot_id = { env = "WECOM_WORK_BOT_ID" }
secret = { env = "WECOM_WORK_SECRET" }
allowed_conversation_ids = ["group_work"]

[wecom.accounts.alerts]
bot_id = { env = "WECOM_ALERTS_BOT_ID" }
secret = { env = "WECOM_ALERTS_SECRET" }
allowed_conversation_ids = ["group_alerts"]
`,
    { name: "config.toml", env: { WECOM_WORK_BOT_ID: "w", WECOM_WORK_SECRET: "ws", WECOM_SECRET: "not this one" } },
  );
  const config = await named.read();
  expect(config.problems).toEqual([]);
  expect(config.accounts.map(({ id, isDefault }) => [id, isDefault])).toEqual([
    ["work", true],
    ["alerts", false],
  ]);
  expect((await resolveAccount(config, "wecom", "work")).values).toMatchObject({
    botId: "w",
    secret: "ws",
    pingIntervalS: 45,
    reconnectIntervalS: 12,
  });
  await expect(resolveAccount(config, "wecom", "alerts")).rejects.toMatchObject({
    code: "CONFIG_ENV_UNSET",
    message: expect.stringContaining("WECOM_ALERTS_BOT_ID"),
  });
});

const provider = `active_provider = "volcengine"

[providers.volcengine]
kind = "volcengine"
api_key = { env = "ARK_API_KEY" }
model = "auto"
`;

test("volcengine: the provider, then both transports and both accounts", async () => {
  const snippets = [
    `[feishu]
enabled = true
domain = "lark"
mode = "websocket"
receive_id_type = "chat_id"
app_id = { env = "LARK_APP_ID" }
app_secret = { env = "LARK_APP_SECRET" }
allowed_chat_ids = ["oc_ops_room"]
`,
    `[feishu]
enabled = true
domain = "lark"
mode = "webhook"
receive_id_type = "chat_id"
webhook_bind = "127.0.0.1:8080"
webhook_path = "/feishu/events"
app_id = { env = "LARK_APP_ID" }
app_secret = { env = "LARK_APP_SECRET" }
verification_token = { env = "LARK_VERIFICATION_TOKEN" }
encrypt_key = { env = "LARK_ENCRYPT_KEY" }
allowed_chat_ids = ["oc_ops_room"]
`,
    `[feishu]
enabled = true
mode = "websocket"
default_account = "work"
receive_id_type = "chat_id"

[feishu.accounts.work]
domain = "lark"
app_id = { env = "LARK_WORK_APP_ID" }
app_secret = { env = "LARK_WORK_APP_SECRET" }
allowed_chat_ids = ["oc_ops_room"]

[feishu.accounts.backup]
domain = "feishu"
app_id = { env = "FEISHU_BACKUP_APP_ID" }
app_secret = { env = "FEISHU_BACKUP_APP_SECRET" }
allowed_chat_ids = ["oc_backup_room"]
`,
  ];
  for (const snippet of snippets) {
    const home = scratch(`${provider}\n${snippet}`, { name: "config.toml", env: { ARK_API_KEY: "ark" } });
    const config = await home.read();
    expect(config.problems).toEqual([]);
    const [, , , llm] = home.edit.manifests;
    if (llm?.kind !== "agent") throw new Error("the fourth manifest is the agent");
    expect(await resolveSettings(config, llm)).toEqual({
      values: {
        activeProvider: "volcengine",
        providers: { volcengine: { kind: "volcengine", apiKey: "ark", model: "auto" } },
      },
      secrets: ["ark"],
      unresolved: [],
    });
  }
});

test("byteplus: of two profiles only the active one needs its key", async () => {
  const text = `active_provider = "coding"

[providers.byteplus_main]
kind = "byteplus"
api_key = { env = "BYTEPLUS_API_KEY" }
model = "auto"

[providers.coding]
kind = "byteplus_coding"
api_key = { env = "BYTEPLUS_CODING_KEY" }
model = "your-reviewed-coding-model"

[telegram]
enabled = true
bot_token = { env = "TELEGRAM_BOT_TOKEN" }
allowed_chat_ids = [123456789]
`;
  const home = scratch(text, { name: "config.toml", env: { BYTEPLUS_CODING_KEY: "k" } });
  const config = await home.read();
  const llm = home.edit.manifests.find((manifest) => manifest.kind === "agent");
  if (llm === undefined) throw new Error("no agent");
  expect(config.problems).toEqual([]);
  const { values, unresolved } = await resolveSettings(config, llm);
  expect(values["providers"]).toEqual({
    byteplus_main: { kind: "byteplus", model: "auto" },
    coding: { kind: "byteplus_coding", apiKey: "k", model: "your-reviewed-coding-model" },
  });
  expect(unresolved).toMatchObject([{ path: "providers.byteplus_main.api_key", code: "CONFIG_ENV_UNSET" }]);
});

test("the lark page in YAML", async () => {
  const env = { LARK_APP_ID: "cli_e", LARK_APP_SECRET: "e" };
  const snippets = [
    `channels:\n  lark:\n    enabled: true\n    appId: "cli_xxxxx"\n    appSecret: "xxxxx"\n    name: "My Lark Bot"\n    domain: "feishu"  # or "lark" for international\n    mode: "websocket"  # or "webhook"\n`,
    `channels:\n  lark:\n    mode: "websocket"\n`,
    `channels:\n  lark:\n    mode: "webhook"\n    webhookPath: "/lark/webhook"\n    encryptKey: "your_encrypt_key"  # Optional but recommended\n    verificationToken: "your_token"  # Optional\n`,
    `channels:\n  lark:\n    dmPolicy: "pairing"  # Require approval for new users\n    allowFrom:\n      - "ou_user_open_id_1"\n      - "ou_user_open_id_2"\n`,
    `channels:\n  lark:\n    groupPolicy: "allowlist"\n    groupAllowFrom:\n      - "ou_allowed_user_1"\n      - "ou_allowed_user_2"\n\n    groups:\n      "oc_specific_chat_id":\n        requireMention: true\n        systemPrompt: "You are a helpful assistant for this team."\n`,
    `channels:\n  lark:\n    encryptKey: "your_encrypt_key"\n`,
    `channels:\n  lark:\n    dmPolicy: "allowlist"\n    allowFrom: ["ou_trusted_user"]\n`,
  ];
  for (const snippet of snippets) {
    const config = await scratch(snippet, { env }).read();
    expect(config.problems).toEqual([]);
    expect(config.accounts).toMatchObject([
      { channel: "feishu", id: "default", enabled: true, configPath: "channels.lark" },
    ]);
    expect((await resolveAccount(config, "feishu", "default")).values).toHaveProperty("appSecret");
  }
  const config = await scratch(snippets[4], { env }).read();
  expect(config.accounts[0]?.access).toMatchObject({
    groupPolicy: "allowlist",
    groupPolicyWritten: true,
    groupAllowFrom: ["ou_allowed_user_1", "ou_allowed_user_2"],
    groups: {
      oc_specific_chat_id: { requireMention: true, systemPrompt: "You are a helpful assistant for this team." },
    },
  });
});

test("several lark accounts beside credentials of the block give a default account too", async () => {
  const config = await scratch(`channels:
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
`).read();
  expect(config.problems).toEqual([]);
  expect(config.accounts.map(({ id, isDefault, defaultSource, name }) => [id, isDefault, defaultSource, name])).toEqual(
    [
      ["default", true, "named-default", undefined],
      ["production", false, "named-default", "Production Bot"],
      ["staging", false, "named-default", "Staging Bot"],
    ],
  );
  expect((await resolveAccount(config, "lark", "staging")).values).toMatchObject({
    appId: "cli_staging_app",
    appSecret: "staging_secret",
    domain: "feishu",
  });
});

test("the moltbot page in JSON", async () => {
  const snippets = [
    `{\n  "channels": {\n    "feishu": {\n      "enabled": true,\n      "appId": "cli_xxxxxxxxxxxxxxxx",\n      "appSecret": "your-app-secret"\n    }\n  }\n}\n`,
    `{\n  "channels": {\n    "feishu": {\n      "appId": "cli_xxx",\n      "appSecret": "xxx",\n      "dmPolicy": "allowlist",\n      "allowFrom": ["ou_user1_open_id", "ou_user2_open_id"]\n    }\n  }\n}\n`,
  ];
  for (const snippet of snippets) expect((await scratch(snippet, { name: "config.json" }).read()).problems).toEqual([]);
  const two = await scratch(
    `{ "channels": { "feishu": { "accounts": {
      "work": { "appId": "cli_work_app", "appSecret": "work-secret" },
      "personal": { "appId": "cli_personal_app", "appSecret": "personal-secret" }
    } } } }`,
    { name: "config.json" },
  ).read();
  expect(two.accounts.map(({ id, isDefault, defaultSource }) => [id, isDefault, defaultSource])).toEqual([
    ["work", false, "first"],
    ["personal", true, "first"],
  ]);
  expect(two.problems).toMatchObject([{ code: "CONFIG_DEFAULT_GUESSED", severity: "warning", channel: "feishu" }]);
});

test("no block at all: the environment makes the default account", async () => {
  const config = await scratch(undefined, { env: { LARK_APP_ID: "cli_env", LARK_APP_SECRET: "env-secret" } }).read();
  expect(config.problems).toEqual([]);
  expect(config.accounts).toMatchObject([
    { channel: "feishu", id: "default", named: false, configPath: "channels.feishu" },
  ]);
  expect((await resolveAccount(config, "lark", "default")).values).toMatchObject({
    appId: "cli_env",
    appSecret: "env-secret",
  });
});
