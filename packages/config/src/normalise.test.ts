import { expect, test } from "vitest";
import { scratch, shortly } from "../test/scratch.ts";
import { getValue, resolveAccount } from "./index.ts";

const twice = async (text: string, name: string) => {
  const config = await scratch(text, { name }).read();
  return config.problems.filter(({ code }) => code === "CONFIG_WRITTEN_TWICE");
};

test("one setting in two spellings or places is an error that names both", async () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    ["config.toml", '[feishu]\napp_id = "a"\nappId = "b"\napp_secret = "c"\n', "config.toml:2:1", "config.toml:3:1"],
    ["config.toml", '[feishu]\napp_id = "a"\n[channels.lark]\nappId = "b"\n', "config.toml:2:1", "config.toml:4:1"],
    [
      "config.yaml",
      "channels:\n  lark: { appId: a }\n  feishu: { appId: b }\n",
      "config.yaml:2:11",
      "config.yaml:3:13",
    ],
    ["config.yaml", "channels:\n  lark:\n    appId: a\n    appId: b\n", "config.yaml:3:5", "config.yaml:4:5"],
    ["config.json", '{ channels: { lark: {\n appId: "a",\n "appId": "b" } } }', "config.json:2:2", "config.json:3:2"],
    [
      "config.yaml",
      "channels:\n  lark:\n    allowedChatIds: [a]\n    allowed_conversation_ids: [b]\n",
      "config.yaml:3:5",
      "config.yaml:4:5",
    ],
    [
      "config.yaml",
      "channels:\n  lark:\n    appSecret: a\n    appSecretFile: b\n",
      "config.yaml:3:5",
      "config.yaml:4:5",
    ],
    ["config.yaml", "gateway:\n  drainTimeoutMs: 1\n  drain_timeout_ms: 2\n", "config.yaml:2:3", "config.yaml:3:3"],
  ];
  for (const [name, text, first, second] of cases) {
    const [problem, ...others] = await twice(text, name);
    expect(others).toEqual([]);
    expect(problem?.message).toContain(first);
    expect(problem?.message).toContain(second);
  }
});

test("different settings of one channel may stand in different places", async () => {
  const config = await scratch('[feishu]\napp_id = "a"\n[channels.lark]\nappSecret = "b"\n', {
    name: "config.toml",
  }).read();
  expect(config.problems).toEqual([]);
  expect((await resolveAccount(config, "lark", "default")).values).toMatchObject({ appId: "a", appSecret: "b" });
});

test("a key written twice stops its own account only", async () => {
  const config = await scratch(
    "channels:\n  lark:\n    accounts:\n      a: { appId: a, app_id: b, appSecret: s }\n      b: { appId: b, appSecret: s }\n    defaultAccount: a\n",
  ).read();
  expect(config.accounts.map(({ id, problems }) => [id, problems.map(({ code }) => code)])).toEqual([
    ["a", ["CONFIG_WRITTEN_TWICE"]],
    ["b", []],
  ]);
});

test("ids and header names stay as they are written, keys do not", async () => {
  const text = `[providers.byteplus_main]
api_key = "k"
headers = { x_api_key = "v", "X-Other" = "w" }
[feishu]
app_id = "a"
app_secret = "b"
[feishu.groups.oc_ops_room]
require_mention = false
[plugins.entries.my_plugin]
isolation = "process"
`;
  const config = await scratch(text, { name: "config.toml" }).read();
  expect(config.problems).toEqual([]);
  expect(getValue(config).value).toEqual({
    providers: { byteplus_main: { apiKey: "***", headers: { x_api_key: "***", "X-Other": "***" } } },
    channels: { feishu: { appId: "a", appSecret: "***", groups: { oc_ops_room: { requireMention: false } } } },
    plugins: { entries: { my_plugin: { isolation: "process" } } },
  });
});

test("numbers in lists of ids are ids, but not those that a number cannot hold", async () => {
  const text = '[telegram]\nbot_token = "t"\nallow_from = [123456789, "x"]\nallowed_chat_ids = [-1001234567890]\n';
  const [account] = (await scratch(text, { name: "config.toml" }).read()).accounts;
  expect(account?.access).toMatchObject({ allowFrom: ["123456789", "x"], allowedConversationIds: ["-1001234567890"] });
  const inexact = await scratch(
    "channels:\n  telegram:\n    botToken: t\n    allowFrom: [12345678901234567890]\n",
  ).read();
  expect(inexact.problems).toMatchObject([{ code: "CONFIG_TYPE", line: 4 }]);
  const exact = await scratch('[telegram]\nbot_token = "t"\nallow_from = [12345678901234567890]\n', {
    name: "config.toml",
  }).read();
  expect(exact.accounts[0]?.access.allowFrom).toEqual(["12345678901234567890"]);
});

test("an empty block is a block", async () => {
  const config = await scratch("channels:\n  lark:\n", { env: { LARK_APP_ID: "a", LARK_APP_SECRET: "b" } }).read();
  expect(config.problems).toEqual([]);
  expect(config.accounts).toMatchObject([{ id: "default", enabled: true }]);
});

test("channels without a plugin are told from keys nobody knows", async () => {
  const config = await scratch(
    '[matrix]\nenabled = true\nallowed_chat_ids = ["x"]\n[memory]\nbackend = "sqlite"\n[channels.larc]\nappId = "x"\n',
    { name: "config.toml" },
  ).read();
  expect(config.unknownChannels).toEqual(["matrix", "larc"]);
  expect(config.problems).toMatchObject([
    { code: "CONFIG_UNKNOWN_CHANNEL", severity: "warning", line: 1, channel: "matrix" },
    { code: "CONFIG_UNKNOWN_CHANNEL", severity: "warning", line: 6, channel: "larc", nearest: "lark" },
    { code: "CONFIG_UNKNOWN_KEY", severity: "warning", line: 4, path: "memory" },
  ]);
});

test("keys that objects inherit are keys like others, and unknown", async () => {
  const config = await scratch(
    '{ "channels": { "lark": { "appId": "a", "appSecret": "b", "__proto__": { "x": 1 }, "constructor": 1 } }, "toString": {} }',
    { name: "config.json" },
  ).read();
  expect(shortly(config).map((line) => line.replace(/\d+:\d+ /, ""))).toEqual([
    "CONFIG_UNKNOWN_KEY toString",
    "CONFIG_UNKNOWN_KEY channels.lark.__proto__",
    "CONFIG_UNKNOWN_KEY channels.lark.constructor",
  ]);
  expect(({} as { x?: number }).x).toBeUndefined();
});

test.each([
  ["config.yaml", "lark:\n  accounts:\n    __proto__: { appId: a }\n"],
  ["config.json", '{ "lark": {\n "accounts": {\n "__proto__": { "appId": "a" } } } }'],
  ["config.toml", '\n\n[lark.accounts.__proto__]\nappId = "a"\n'],
  ["config.toml", '[lark]\n\naccounts.__proto__.appId = "a"\n'],
])("an account that is called what objects keep for themselves does not vanish: %s", async (name, text) => {
  const { problems } = await scratch(text, { name }).read();
  expect(problems.filter(({ code }) => code !== "CONFIG_MISSING")).toMatchObject([
    { code: "CONFIG_ACCOUNT_ID", line: 3, path: "lark.accounts.__proto__" },
  ]);
});

test("YAML anchors and merge keys", async () => {
  const text = `channels:
  lark:
    accounts:
      a: &base
        appId: a
        appSecret: s
        mode: webhook
      b:
        <<: *base
        appId: b
    defaultAccount: a
`;
  const config = await scratch(text).read();
  expect(config.problems).toEqual([]);
  expect((await resolveAccount(config, "lark", "b")).values).toMatchObject({
    appId: "b",
    appSecret: "s",
    mode: "webhook",
  });
});
