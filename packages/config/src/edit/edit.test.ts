import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../../test/scratch.ts";
import { configAfter, getValue, patchValue, resolveAccount, setValue, unsetValue } from "../index.ts";

const yaml = `# who we are
channels:
  lark: # the bot
    enabled: true   # for now
    appId: "cli_1"
    appSecret:
      env: LARK_APP_SECRET # from the vault
    allowFrom:
    - ou_1  # Ann
    - ou_2

    # the second one
    accounts:
      work:
        appId: cli_2 # two
        appSecret: s2

gateway: { port: 18789 } # default
`;

test("a file of many remarks, with lines that end as on Windows, is changed at once", async () => {
  const remarks = "# remark\r\n".repeat(200);
  const home = scratch(`log:\r\n${remarks}agent:\r\n  use: echo\r\n`);
  await setValue(home.edit, "log.level", { text: "debug" });
  const config = await home.read();
  expect([config.log.level, config.agent.use]).toEqual(["debug", "echo"]);
});

const toml = `# who we are
[feishu] # the bot
enabled = true   # for now
app_id = "cli_1"
app_secret = { env = "LARK_APP_SECRET" } # from the vault
allow_from = [
  "ou_1", # Ann
  "ou_2",
]

# the second one
[feishu.accounts.work]
app_id = "cli_2" # two
app_secret = "s2"

[gateway] # port
port = 18789
`;

const json = `// who we are
{
  "channels": {
    "lark": { // the bot
      "enabled": true,   // for now
      "appId": "cli_1",
      "appSecret": { "env": "LARK_APP_SECRET" }, // from the vault
      "allowFrom": [
        "ou_1", // Ann
        "ou_2"
      ],
      /* the second one */
      "accounts": {
        "work": {
          "appId": "cli_2", // two
          "appSecret": "s2" // last
        }
      }
    }
  },
  "gateway": { "port": 18789 } // default
}
`;

const json5 = json.replaceAll(/"(\w+)":/g, "$1:").replace('"cli_1"', "'cli_1'");
const files = { "config.yaml": yaml, "config.toml": toml, "config.json": json, "config.json5": json5 };

/** Lines that are not in the other text, in order. */
function changedLines(
  before: string,
  after: string,
): { readonly gone: readonly string[]; readonly come: readonly string[] } {
  const [a, b] = [before.split("\n"), after.split("\n")];
  return { gone: a.filter((line) => !b.includes(line)), come: b.filter((line) => !a.includes(line)) };
}

const cases: readonly (readonly [
  path: string,
  text: string,
  value: unknown,
  file: keyof typeof files,
  gone: readonly string[],
  come: readonly string[],
])[] = [
  ["channels.lark.appId", "123", "123", "config.yaml", ['    appId: "cli_1"'], ['    appId: "123"']],
  [
    "channels.feishu.enabled",
    "false",
    false,
    "config.yaml",
    ["    enabled: true   # for now"],
    ["    enabled: false   # for now"],
  ],
  ["channels.lark.mode", "webhook", "webhook", "config.yaml", [], ["    mode: webhook"]],
  ["lark.accounts.work.name", "Two", "Two", "config.yaml", [], ["        name: Two"]],
  ["channels.lark.accounts.ops.appId", "cli_3", "cli_3", "config.yaml", [], ["      ops:", "        appId: cli_3"]],
  [
    "gateway.bind",
    "0.0.0.0",
    "0.0.0.0",
    "config.yaml",
    ["gateway: { port: 18789 } # default"],
    ["gateway: { port: 18789, bind: 0.0.0.0 } # default"],
  ],
  ["log.level", "debug", "debug", "config.yaml", [], ["log:", "  level: debug"]],
  [
    "channels.lark.appSecret",
    '{"env":"OTHER"}',
    { env: "OTHER" },
    "config.yaml",
    ["    appSecret:", "      env: LARK_APP_SECRET # from the vault"],
    ["    appSecret: { env: OTHER } # from the vault"],
  ],
  [
    "channels.lark.allowFrom",
    '["ou_9", 7]',
    ["ou_9", "7"],
    "config.yaml",
    ["    allowFrom:", "    - ou_1  # Ann", "    - ou_2"],
    ["    allowFrom: [ ou_9, 7 ]"],
  ],
  ["channels.lark.appId", "123", "123", "config.toml", ['app_id = "cli_1"'], ['app_id = "123"']],
  [
    "channels.feishu.enabled",
    "false",
    false,
    "config.toml",
    ["enabled = true   # for now"],
    ["enabled = false   # for now"],
  ],
  ["channels.lark.webhookPath", "/x", "/x", "config.toml", [], ['webhook_path = "/x"']],
  ["feishu.accounts.ops.appId", "cli_3", "cli_3", "config.toml", [], ["[feishu.accounts.ops]", 'app_id = "cli_3"']],
  ["channels.wecom.botId", "b", "b", "config.toml", [], ["[channels.wecom]", 'bot_id = "b"']],
  [
    "channels.lark.appSecret",
    '{"file":"/s"}',
    { file: "/s" },
    "config.toml",
    ['app_secret = { env = "LARK_APP_SECRET" } # from the vault'],
    ['app_secret = { file = "/s" } # from the vault'],
  ],
  ["gateway.port", "8080", 8080, "config.toml", ["port = 18789"], ["port = 8080"]],
  ["channels.lark.appId", "123", "123", "config.json", ['      "appId": "cli_1",'], ['      "appId": "123",']],
  [
    "channels.lark.accounts.work.name",
    "Two",
    "Two",
    "config.json",
    ['          "appSecret": "s2" // last'],
    ['          "appSecret": "s2", // last', '          "name": "Two"'],
  ],
  [
    "gateway.bind",
    "::1",
    "::1",
    "config.json",
    ['  "gateway": { "port": 18789 } // default'],
    ['  "gateway": { "port": 18789, "bind": "::1" } // default'],
  ],
  [
    "log.level",
    "debug",
    "debug",
    "config.json",
    ['  "gateway": { "port": 18789 } // default'],
    ['  "gateway": { "port": 18789 }, // default', '  "log": {', '    "level": "debug"', "  }"],
  ],
  ["channels.lark.appId", "123", "123", "config.json5", ["      appId: 'cli_1',"], ['      appId: "123",']],
  [
    "channels.lark.accounts.work.name",
    "Two",
    "Two",
    "config.json5",
    ['          appSecret: "s2" // last'],
    ['          appSecret: "s2", // last', '          name: "Two"'],
  ],
];

test.each(cases)(
  "set %s to %s: the key where it stands, and no other line (%#)",
  async (path, text, value, name, gone, come) => {
    const before = files[name];
    const home = scratch(before, { name: name === "config.json5" ? "config.json" : name });
    const report = await setValue(home.edit, path, { text });
    const after = await home.text();
    expect(changedLines(before, after)).toEqual({ gone, come });
    const config = await home.read();
    expect(getValue(config, path).value).toEqual(value);
    expect(report).toMatchObject({ created: false, changed: true });
  },
);

test.each(Object.entries(files))("unset removes the key and its line, in %s", async (name, before) => {
  const home = scratch(before, { name: name === "config.json5" ? "config.json" : name });
  await unsetValue(home.edit, "channels.feishu.accounts.work.appSecret");
  const { gone, come } = changedLines(before, await home.text());
  expect(gone.join("\n")).toMatch(/app_?[sS]ecret"?\s*[:=]/);
  expect(gone.length).toBeLessThanOrEqual(2);
  expect(come.length).toBeLessThanOrEqual(1);
  expect(getValue(await home.read(), "channels.lark.accounts.work.appSecret").from).toBe("absent");
  await expect(unsetValue(home.edit, "channels.lark.name")).rejects.toMatchObject({ code: "CONFIG_NOT_SET" });
});

test("the first set makes config.yaml, private, and its last good copy", async () => {
  const home = scratch(undefined);
  const first = await setValue(home.edit, "channels.lark.appId", { text: "0123" });
  await setValue(home.edit, "channels.lark.appSecret", { text: "true" });
  await setValue(home.edit, "channels.lark.enabled", { text: "true" });
  expect(first).toMatchObject({ created: true, paths: ["channels.lark.appId"] });
  expect(await home.text()).toBe('channels:\n  lark:\n    appId: "0123"\n    appSecret: "true"\n    enabled: true\n');
  expect((await stat(home.file)).mode & 0o777).toBe(0o600);
  const copy = join(home.paths.cacheDir, "config.last-good.yaml");
  expect(await readFile(copy, "utf8")).toBe(await home.text());
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
  expect((await stat(home.paths.cacheDir)).mode & 0o777).toBe(0o700);
});

test("a dry run shows the change, without secrets, and writes nothing", async () => {
  const home = scratch(yaml);
  const report = await setValue({ ...home.edit, dryRun: true }, "channels.lark.accounts.work.appSecret", {
    text: "very-new-secret",
  });
  expect(await home.text()).toBe(yaml);
  expect(report.changed).toBe(true);
  expect(report.diff).toContain("-        appSecret: ***");
  expect(report.diff).toContain("+        appSecret: ***");
  expect(report.diff).not.toMatch(/very-new-secret|s2$/m);
});

test("a wrong value is refused and the file stays", async () => {
  const home = scratch(toml, { name: "config.toml" });
  const set = (path: string, text: string) => setValue(home.edit, path, { text });
  await expect(set("channels.lark.mode", "websokket")).rejects.toMatchObject({
    code: "CONFIG_TYPE",
    message: expect.stringContaining('one of "websocket", "webhook"'),
  });
  await expect(set("channels.lark.enabled", "yes")).rejects.toMatchObject({
    code: "CONFIG_TYPE",
    message: expect.stringContaining("true or false"),
  });
  await expect(set("gateway.port", "70000")).rejects.toMatchObject({ code: "CONFIG_TYPE" });
  await expect(set("gateway.port", "1e999")).rejects.toMatchObject({ code: "CONFIG_TYPE" });
  await expect(set("channels.lark.appSecret", "changeme")).rejects.toMatchObject({ code: "CONFIG_SECRET_WEAK" });
  await expect(set("channels.lark.allowForm", "x")).rejects.toMatchObject({
    code: "CONFIG_UNKNOWN_KEY",
    hint: expect.stringContaining("channels.lark.allowFrom"),
  });
  await expect(set("chanels.lark.appId", "x")).rejects.toMatchObject({
    code: "CONFIG_UNKNOWN_KEY",
    hint: expect.stringContaining("channels"),
  });
  await expect(set("channels.__proto__.x", "x")).rejects.toMatchObject({ code: "CONFIG_PATH" });
  await expect(set("", "x")).rejects.toMatchObject({ code: "CONFIG_PATH" });
  await expect(set("channels.lark.allowFrom", '["*"]')).rejects.toMatchObject({ code: "CONFIG_ALLOW_WILDCARD" });
  expect(await home.text()).toBe(toml);
});

test("problems that were there before do not stop an unrelated change", async () => {
  const home = scratch(yaml.replace("enabled: true ", "enabeld: true "));
  const report = await setValue(home.edit, "gateway.port", { text: "8080" });
  expect(report.problems.map(({ code }) => code)).toContain("CONFIG_UNKNOWN_KEY");
  expect(await home.text()).toContain("gateway: { port: 8080 } # default");
});

test("a channel is not lost by accident", async () => {
  const home = scratch(yaml);
  await expect(unsetValue(home.edit, "channels.lark")).rejects.toMatchObject({
    code: "CONFIG_WOULD_LOSE_CHANNEL",
    message: expect.stringContaining("feishu"),
  });
  await expect(patchValue(home.edit, { channels: null })).rejects.toMatchObject({ code: "CONFIG_WOULD_LOSE_CHANNEL" });
  expect(await home.text()).toBe(yaml);
  await unsetValue({ ...home.edit, allowLoss: true }, "channels.lark");
  expect((await home.read()).accounts).toEqual([]);
  expect(await home.text()).toContain("# who we are");
});

test.each(Object.entries(files))("a merge patch is one change, in %s", async (name, before) => {
  const home = scratch(before, { name: name === "config.json5" ? "config.json" : name });
  const report = await patchValue(home.edit, {
    channels: {
      lark: { name: null, mode: "webhook", appSecret: { file: "/run/secret" }, accounts: { work: { name: "W" } } },
    },
    log: { level: "warn" },
  });
  const config = await home.read();
  expect(report.changed).toBe(true);
  expect(getValue(config, "channels.lark.appSecret").value).toEqual({ file: "/run/secret" });
  expect(getValue(config, "channels.lark.accounts.work.name").value).toBe("W");
  expect(config.log.level).toBe("warn");
  expect((await home.text()).split("\n").filter((line) => /who we are|Ann|second one|two/.test(line))).toHaveLength(4);
});

test("a merge patch with an empty table makes one, and changes none that is there", async () => {
  const home = scratch(yaml);
  expect((await patchValue(home.edit, { channels: { lark: {} } })).changed).toBe(false);
  await patchValue(home.edit, { channels: { telegram: {} }, providers: { main: {} } });
  expect(getValue(await home.read(), "channels.telegram").value).toEqual({});
  expect(getValue(await home.read(), "providers").value).toEqual({ main: {} });
});

test("setting a secret replaces the file it was taken from", async () => {
  const home = scratch("channels:\n  lark:\n    appId: a\n    appSecretFile: /run/s # old\n");
  await setValue(home.edit, "channels.lark.appSecret", { json: { env: "S" } });
  expect(await home.text()).toBe("channels:\n  lark:\n    appId: a\n    appSecret: { env: S }\n");
});

test("members of lists by their index", async () => {
  const home = scratch(toml, { name: "config.toml" });
  await setValue(home.edit, "channels.lark.allowFrom[1]", { text: "ou_3" });
  await setValue(home.edit, "channels.lark.allowFrom.2", { text: "ou_4" });
  await unsetValue(home.edit, "channels.lark.allowFrom[0]");
  expect((await home.read()).accounts[0]?.access.allowFrom).toEqual(["ou_3", "ou_4"]);
});

test("a torn file is not edited, and says where it is torn", async () => {
  for (const [name, torn, place] of [
    ["config.yaml", 'channels:\n  lark:\n    appId: "cli', /config\.yaml:3:/],
    ["config.toml", '[feishu]\napp_id = "x\n', /config\.toml:2:/],
    ["config.json", '{ "channels": {\n  "lark": { "appId": ', /config\.json:2:/],
  ] as const) {
    const home = scratch(torn, { name });
    await expect(setValue(home.edit, "gateway.port", { text: "1" })).rejects.toMatchObject({
      code: "CONFIG_PARSE",
      message: expect.stringMatching(place),
    });
    expect(await home.text()).toBe(torn);
  }
});

test("keys of a plugin that is not installed are kept as typed", async () => {
  const home = scratch(undefined);
  const report = await setValue(home.edit, "channels.matrix.homeserver", { text: "https://m" });
  expect(report.problems).toMatchObject([{ code: "CONFIG_UNKNOWN_CHANNEL", severity: "warning" }]);
  await setValue(home.edit, "channels.matrix.accessToken", { text: "tok" });
  expect(getValue(await home.read()).value).toEqual({
    channels: { matrix: { homeserver: "https://m", accessToken: "***" } },
  });
});

test("get hides secrets and shows references and defaults", async () => {
  const config = await scratch(json, { name: "config.json" }).read();
  expect(getValue(config, "channels.lark.accounts.work.appSecret")).toEqual({
    path: "channels.lark.accounts.work.appSecret",
    value: "***",
    from: "file",
  });
  expect(getValue(config, "channels.lark.appSecret").value).toEqual({ env: "LARK_APP_SECRET" });
  expect(getValue(config, "channels.lark.domain")).toEqual({
    path: "channels.lark.domain",
    value: "feishu",
    from: "default",
  });
  expect(getValue(config, "gateway.publicUrl")).toEqual({
    path: "gateway.publicUrl",
    value: undefined,
    from: "absent",
  });
  expect(JSON.stringify(config)).not.toContain('"s2"');
});

test("Windows line ends stay", async () => {
  for (const [name, text] of Object.entries(files)) {
    const home = scratch(text.replaceAll("\n", "\r\n"), { name: name === "config.json5" ? "config.json" : name });
    await setValue(home.edit, "channels.lark.accounts.work.name", { text: "W" });
    expect((await home.text()).replaceAll("\r\n", "")).not.toContain("\n");
    expect(getValue(await home.read(), "channels.lark.accounts.work.name").value).toBe("W");
  }
});

test("keys that nobody knows can be looked at and removed, not added", async () => {
  const home = scratch("memory: { size: 1 }\nchannels:\n  lark:\n    appId: a\n    appSecret: s\n    allowform: [x]\n");
  expect(getValue(await home.read(), "memory.size").value).toBe(1);
  await unsetValue(home.edit, "channels.lark.allowform");
  await unsetValue(home.edit, "memory");
  expect(await home.text()).toBe("channels:\n  lark:\n    appId: a\n    appSecret: s\n");
  await expect(setValue(home.edit, "memory.size", { text: "1" })).rejects.toMatchObject({ code: "CONFIG_UNKNOWN_KEY" });
  const top = scratch('[matrix]\nenabled = true\nallowed_chat_ids = ["x"]\n', { name: "config.toml" });
  await setValue(top.edit, "matrix.homeserver", { text: "h" });
  expect(await top.text()).toBe('[matrix]\nenabled = true\nallowed_chat_ids = ["x"]\nhomeserver = "h"\n');
});

test.each(['"', "'"])("a text in YAML keeps its quotes (%s)", async (quote) => {
  const before = `channels:\n  lark:\n    appId: ${quote}cli_1${quote}  # ours\n`;
  const home = scratch(before);
  await setValue(home.edit, "channels.lark.appId", { text: "cli_2" });
  expect(await home.text()).toBe(before.replace("cli_1", "cli_2"));
});

test.each([
  ["channels", '{"lark": {"appId": "a", "appSecret": "b", "appId": "c"}}', "channels.lark.appId"],
  ["channels.lark.groups", '{"oc_1": {"enabled": true}, "oc_1": {}}', "channels.lark.groups.oc_1"],
  ["plugins.paths", '[{"a": 1, "a": 2}]', "plugins.paths.0.a"],
])("a value that has a key twice is refused: %s %s", async (path, text, twice) => {
  const home = scratch("log: { level: info }\n");
  const refused = { code: "CONFIG_VALUE_TWICE", message: expect.stringContaining(`sets ${twice} twice`) as string };
  await expect(setValue(home.edit, path, { text })).rejects.toMatchObject(refused);
  expect(await home.text()).toBe("log: { level: info }\n");
});

test("a patch that sets one key in two spellings is refused, and text that looks like JSON is text", async () => {
  const home = scratch("log: { level: info }\n");
  const patch = { feishu: { app_id: "a" }, channels: { lark: { appId: "b" } } };
  await expect(patchValue(home.edit, patch)).rejects.toMatchObject({ code: "CONFIG_VALUE_TWICE" });
  const systemPrompt = '{"a": 1, "a": 2}';
  await setValue(home.edit, "agent.systemPrompt", { text: systemPrompt });
  expect((await home.read()).agent.systemPrompt).toBe(systemPrompt);
});

test("the config after a change can be looked at before it is made", async () => {
  const text = "channels:\n  lark: # the bot\n    appId: cli_1\n";
  const home = scratch(text);
  const patch = { channels: { lark: { accounts: { work: { appId: "cli_2", appSecret: "right-secret" } } } } };
  const after = await configAfter(home.edit, patch);
  expect(await home.text()).toBe(text);
  expect((await resolveAccount(after, "lark", "work")).values).toMatchObject({
    appId: "cli_2",
    appSecret: "right-secret",
  });
  await expect(configAfter(home.edit, { gateway: { port: -1 } })).rejects.toMatchObject({ code: "CONFIG_TYPE" });
});
