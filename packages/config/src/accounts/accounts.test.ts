import { expect, test } from "vitest";
import { scratch } from "../../test/scratch.ts";
import { findAccount, resolveAccount } from "../index.ts";

const codes = async (text: string, name = "config.yaml") => {
  const config = await scratch(text, { name }).read();
  return config.accounts.map(({ id, problems }) => [id, ...problems.map(({ code, line }) => `${code} ${line}`)]);
};

const lark = (keys: string) =>
  `channels:\n  lark:\n    appId: a\n    appSecret: s\n${keys.replaceAll(/^/gm, "    ")}\n`;

test("an account takes from the block what it does not say, credentials in either spelling included", async () => {
  const text = `[feishu]
app_secret_file = "/nowhere"
mode = "webhook"
require_mention = false
groups.oc_1.enabled = true
default_account = "a"
[feishu.accounts.a]
app_id = "a"
app_secret = "s"
[feishu.accounts.b]
app_id_file = "/nowhere"
mode = "websocket"
groups.oc_2.enabled = true
`;
  const config = await scratch(text, { name: "config.toml" }).read();
  expect(config.problems).toEqual([]);
  expect((await resolveAccount(config, "feishu", "a")).values).toMatchObject({
    appId: "a",
    appSecret: "s",
    mode: "webhook",
  });
  const [, b] = config.accounts;
  expect(b?.access).toMatchObject({ requireMention: false, groups: { oc_2: { enabled: true } } });
  expect(b?.access.groups).not.toHaveProperty("oc_1");
});

test("shared keys of a webhook make no account of the block, an app id does", async () => {
  const accounts = "accounts: { w: { appId: w, appSecret: s } }";
  expect(await codes(`channels:\n  lark:\n    encryptKey: k\n    ${accounts}\n`)).toEqual([["w"]]);
  expect(await codes(`channels:\n  lark:\n    appId: a\n    ${accounts}\n`)).toEqual([
    ["default", "CONFIG_MISSING 2"],
    ["w"],
  ]);
});

test("enabled is true where nothing is said, and false in the block holds for all", async () => {
  const enabled = async (text: string) => (await scratch(text).read()).accounts.map((account) => account.enabled);
  expect(await enabled(lark(""))).toEqual([true]);
  expect(await enabled(lark("enabled: false"))).toEqual([false]);
  expect(await enabled(lark('enabled: "yes"'))).toEqual([false]);
  expect(await enabled(lark("enabled: false\naccounts: { w: { enabled: true, appId: w } }"))).toEqual([false, false]);
  expect(await enabled(lark("accounts: { w: { enabled: false, appId: w } }"))).toEqual([true, false]);
});

test("the default account", async () => {
  const choice = async (keys: string) => {
    const config = await scratch(`channels:\n  telegram:\n${keys}`).read();
    return [
      config.accounts.find(({ isDefault }) => isDefault)?.id,
      config.accounts[0]?.defaultSource,
      ...config.problems.map(({ code, severity }) => `${code} ${severity}`),
    ];
  };
  const [b, a, d] = ["      b: { botToken: b }\n", "      a: { botToken: a }\n", "      default: { botToken: d }\n"];
  expect(await choice(`    defaultAccount: b\n    accounts:\n${b}${a}`)).toEqual(["b", "explicit"]);
  expect(await choice(`    accounts:\n${b}${d}${a}`)).toEqual(["default", "named-default"]);
  expect(await choice(`    accounts:\n${b}${a}`)).toEqual(["a", "first", "CONFIG_DEFAULT_GUESSED warning"]);
  expect(await choice(`    accounts:\n${b}`)).toEqual(["b", "only"]);
  expect(await choice("    botToken: t\n")).toEqual(["default", "only"]);
  expect(await choice(`    defaultAccount: c\n    accounts:\n${b}${a}`)).toEqual([
    undefined,
    "explicit",
    "CONFIG_DEFAULT_ACCOUNT error",
  ]);
});

test("finding an account says what there is to choose from", async () => {
  const config = await scratch(
    "channels:\n  lark:\n    defaultAccount: x\n    accounts: { w: { appId: a, appSecret: s }, v: { appId: a, appSecret: s } }\n",
  ).read();
  expect(findAccount(config, "lark", "w")).toBe(findAccount(config, "feishu", "w"));
  expect(() => findAccount(config, "lark")).toThrow(/no default account.*w, v/);
  expect(() => findAccount(config, "lark", "z")).toThrow(/no account "z".*w, v/);
  expect(() => findAccount(config, "matrix")).toThrow(/No channel "matrix".*feishu/);
});

test("environment names serve the block and the default account, never another one", async () => {
  const env = { LARK_APP_SECRET: "from-env" };
  const accounts = "channels:\n  lark:\n    defaultAccount: a\n    accounts: { a: { appId: a }, b: { appId: b } }\n";
  const config = await scratch(accounts, { env }).read();
  expect(config.accounts.map(({ id, problems }) => [id, problems.map(({ code }) => code)])).toEqual([
    ["a", []],
    ["b", ["CONFIG_MISSING"]],
  ]);
  expect((await resolveAccount(config, "lark", "a")).values).toMatchObject({ appSecret: "from-env" });
  await expect(resolveAccount(config, "lark", "b")).rejects.toMatchObject({
    code: "CONFIG_MISSING",
    message: "channels.lark.accounts.b.appSecret is not set.",
  });
});

test("what is missing is named with its environment names, in the operator's own spelling", async () => {
  const config = await scratch('[feishu]\nreceive_id_type = "chat_id"\n', { name: "config.toml" }).read();
  expect(config.problems).toMatchObject([
    {
      code: "CONFIG_MISSING",
      path: "feishu.app_id",
      line: 1,
      hint: expect.stringContaining("LARK_APP_ID or FEISHU_APP_ID"),
    },
    { code: "CONFIG_MISSING", path: "feishu.app_secret" },
  ]);
});

test("a wrong key stops its account, the others run", async () => {
  const text =
    "channels:\n  lark:\n    defaultAccount: a\n    accounts:\n      a: { appId: a, appSecret: s }\n      b: { appId: b, appSecret: s, mod: x }\n  telegram:\n    botToken: t\n";
  expect(await codes(text)).toEqual([["a"], ["b", "CONFIG_UNKNOWN_KEY 6"], ["default"]]);
});

test("a wrong key of the block stops every account of it, and is listed once", async () => {
  const config = await scratch(
    "channels:\n  lark:\n    retries: 9\n    defaultAccount: a\n    accounts:\n      a: { appId: a, appSecret: s }\n      b: { appId: b, appSecret: s, retries: 1 }\n      c: { appId: b, appSecret: s }\n",
  ).read();
  expect(config.accounts.map(({ problems }) => problems.length)).toEqual([1, 0, 1]);
  expect(config.problems).toMatchObject([
    { code: "CONFIG_TYPE", line: 3, channel: "feishu", expected: "a whole number from 0 to 5" },
  ]);
});

test("lists that would let the wrong people in", async () => {
  expect(await codes(lark('allowFrom: ["*"]'))).toEqual([["default", "CONFIG_ALLOW_WILDCARD 5"]]);
  expect(await codes(lark('dmPolicy: allowlist\nallowFrom: ["*"]'))).toEqual([["default", "CONFIG_ALLOW_WILDCARD 6"]]);
  expect(await codes(lark('dmPolicy: open\nallowFrom: ["*"]'))).toEqual([["default"]]);
  expect(await codes(lark('allowFrom:\n  - ou_1\n  - "@alice"'))).toEqual([["default", "CONFIG_ALLOW_MUTABLE_ID 7"]]);
  expect(await codes(lark('allowFrom: ["  "]'))).toEqual([["default", "CONFIG_ALLOW_BLANK 5"]]);
  expect(await codes(lark('groups: { oc_1: { allowFrom: ["@bob"] } }'))).toEqual([
    ["default", "CONFIG_ALLOW_MUTABLE_ID 5"],
  ]);
  expect(await codes(lark("allowedChatIds: []"))).toEqual([["default", "CONFIG_BOUNDARY_EMPTY 5"]]);
  expect(await codes(lark("allowedSenderIds: []"))).toEqual([["default", "CONFIG_BOUNDARY_EMPTY 5"]]);
  expect(await codes(lark("allowFrom: []"))).toEqual([["default"]]);
});

test("ids of accounts are safe to use in names of files and conversations", async () => {
  for (const id of ['"../x"', '"a/b"', '""', '"."', '" a"']) {
    const [account] = await codes(`channels:\n  telegram:\n    accounts:\n      ${id}: { botToken: t }\n`);
    expect(account?.slice(1)).toContain("CONFIG_ACCOUNT_ID 4");
  }
});

test("whatever access cannot be read is read as the narrowest", async () => {
  const config = await scratch(
    lark(
      'dmPolicy: everyone\ngroupPolicy: 1\nrequireMention: "no"\nallowedChatIds: oc_1\nallowFrom: ou_1\ngroups: { oc_1: yes, oc_2: { enabled: "true" } }',
    ),
  ).read();
  expect(config.accounts[0]?.access).toMatchObject({
    dmPolicy: "disabled",
    groupPolicy: "disabled",
    requireMention: true,
    allowedConversationIds: [],
    allowFrom: [],
    groups: { oc_1: { enabled: false }, oc_2: { enabled: false } },
  });
  expect(config.problems.map(({ code, line }) => `${code} ${line}`).toSorted()).toEqual(
    [5, 6, 7, 8, 9, 10, 10].map((line) => `CONFIG_TYPE ${line}`).toSorted(),
  );
});

test("a block, its accounts and one account must be tables", async () => {
  for (const text of [
    "channels: x\n",
    "channels:\n  lark: x\n",
    "channels:\n  lark:\n    appId: a\n    appSecret: s\n    accounts: [a]\n",
    "channels:\n  lark:\n    defaultAccount: a\n    accounts: { a: x }\n",
  ]) {
    const { problems } = await scratch(text).read();
    expect([text, problems.map(({ code }) => code)]).toEqual([text, expect.arrayContaining(["CONFIG_TYPE"])]);
  }
});

test("a hundred thousand ids and a thousand accounts are read in good time", { timeout: 60_000 }, async () => {
  const accounts = Array.from(
    { length: 1_000 },
    (_, index) => `[feishu.accounts.a${index}]\napp_id = "a"\napp_secret = "s"\n`,
  ).join("");
  const ids = JSON.stringify(Array.from({ length: 100_000 }, (_, index) => `ou_${index}`));
  const before = process.cpuUsage();
  const config = await scratch(
    `[telegram]\nbot_token = "t"\nallow_from = ${ids}\n[feishu]\ndefault_account = "a1"\n${accounts}`,
    { name: "config.toml" },
  ).read();
  expect(config.problems).toEqual([]);
  expect(config.accounts).toHaveLength(1_001);
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
});
