import { spawnSync } from "node:child_process";
import { chmod, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { scratch, shortly } from "../test/scratch.ts";
import {
  configFilePath,
  readConfig,
  rememberGood,
  renderProblem,
  sectionFault,
  setValue,
  statePaths,
  validateConfig,
} from "./index.ts";

test("state lives in LOONG_HOME, whatever the config file", () => {
  expect(statePaths({ HOME: "/home/a" })).toMatchObject({
    home: "/home/a/.loong",
    journalFile: "/home/a/.loong/state/journal.sqlite",
  });
  const paths = statePaths({ HOME: "/home/a", LOONG_HOME: "~/l", LOONG_CONFIG: "/etc/l.toml" });
  expect(paths).toMatchObject({
    home: "/home/a/l",
    explicitConfigFile: "/etc/l.toml",
    socketFile: "/home/a/l/run/control.sock",
  });
  expect(statePaths({ LOONG_HOME: "/l", LOONG_CONFIG: "/etc/l.toml" }, { config: "/x.yaml" }).explicitConfigFile).toBe(
    "/x.yaml",
  );
  expect(statePaths({ LOONG_HOME: "/l", LOONG_CONFIG: " " })).not.toHaveProperty("explicitConfigFile");
});

test("no file is an empty config with defaults", async () => {
  const home = scratch(undefined);
  expect(await home.read()).toMatchObject({
    file: { path: home.file, format: "yaml", exists: false, usedLastGood: false },
    problems: [],
    gateway: {
      port: 18_789,
      bind: "127.0.0.1",
      drainTimeoutMs: 8_000,
      messagesPerMinute: 20,
      keepTextDays: 7,
      keepIdsDays: 30,
    },
    agent: { use: "llm", historyMessages: 40, turnTimeoutMs: 300_000, maxConcurrentTurns: 8 },
    plugins: { paths: [], entries: {} },
    log: { level: "info" },
    accounts: [],
    unknownChannels: [],
  });
});

test("two files are an error that names both, and neither is used", async () => {
  const home = scratch("gateway:\n  port: 1\n");
  await writeFile(join(home.home, "config.toml"), "[gateway]\nport = 2\n");
  const config = await home.read();
  expect(config.problems).toMatchObject([{ code: "CONFIG_TWO_FILES", severity: "error" }]);
  expect(config.problems[0]?.message).toContain("config.yaml");
  expect(config.problems[0]?.message).toContain("config.toml");
  expect(config.gateway.port).toBe(18_789);
});

test("a named file is the one that counts", async () => {
  const home = scratch("gateway:\n  port: 1\n");
  const named = (file: string) => statePaths({ LOONG_HOME: home.home, LOONG_CONFIG: file });
  const other = join(home.home, "other.toml");
  await writeFile(other, "[gateway]\nport = 2\n");
  const read = (file: string) => readConfig({ paths: named(file), env: {}, manifests: [] });
  expect((await read(other)).gateway.port).toBe(2);
  expect(await configFilePath(named(other))).toEqual({ path: other, format: "toml", exists: true });
  expect((await read(join(home.home, "none.yaml"))).problems).toMatchObject([{ code: "CONFIG_FILE_MISSING" }]);
  expect((await read(join(home.home, "x.conf"))).problems).toMatchObject([{ code: "CONFIG_FORMAT" }]);
});

const good = {
  "config.yaml": "gateway:\n  port: 4242\n",
  "config.json": '{ "gateway": { "port": 4242 } }\n',
  "config.toml": "[gateway]\nport = 4242\n",
};
const torn = {
  "config.yaml": [
    "gateway:\n  port: 42\n bind: 'x",
    "gateway: {port: 1",
    "- a",
    "x",
    "a: *b",
    "",
    "  \n",
    "gate\u0000way",
  ],
  "config.json": ['{ "gateway": { "port": 42', "[]", "{'a\\", "", "\u0000{}", "{a:1}}"],
  "config.toml": ["[gateway]\nport =", "[gateway\n", "a = 1\na = 2\n", "", "port = \u0000"],
};

test.each(Object.keys(good) as (keyof typeof good)[])(
  "a torn %s gives its last good copy, and says where it is torn",
  async (name) => {
    const home = scratch(good[name], { name });
    await rememberGood(await home.read());
    for (const text of torn[name]) {
      await writeFile(home.file, text);
      const config = await home.read();
      expect(config.gateway.port).toBe(4242);
      expect(config.file).toMatchObject({ usedLastGood: true, path: home.file });
      expect(config.problems).toMatchObject([
        { severity: "error", file: home.file, line: expect.any(Number), column: expect.any(Number) },
      ]);
      expect(config.problems[0]?.code).toBe(text.trim() === "" ? "CONFIG_EMPTY" : "CONFIG_PARSE");
      await rememberGood(config);
    }
    await writeFile(home.file, good[name]);
    expect(await home.read()).toMatchObject({ problems: [], file: { usedLastGood: false } });
  },
);

test("without a last good copy a torn file is an empty config with the problem, and an empty one is empty", async () => {
  const home = scratch("gateway: [");
  expect(await home.read()).toMatchObject({
    problems: [{ code: "CONFIG_PARSE", line: 1 }],
    file: { usedLastGood: false },
    gateway: { port: 18_789 },
  });
  await writeFile(home.file, "# nothing yet\n");
  expect((await home.read()).problems).toEqual([]);
  await writeFile(home.file, "");
  expect((await home.read()).problems).toEqual([]);
});

test("what is no readable file is a problem, not a crash", async () => {
  const home = scratch(undefined);
  await mkdir(home.file);
  expect((await home.read()).problems).toMatchObject([{ code: "CONFIG_READ" }]);
  await rm(home.file, { recursive: true });
  await writeFile(home.file, Buffer.from([0xff, 0xfe, 0x61]));
  expect((await home.read()).problems).toMatchObject([{ code: "CONFIG_PARSE", line: 1 }]);
  await expect(setValue(home.edit, "log.level", { text: "info" })).rejects.toMatchObject({ code: "CONFIG_PARSE" });
});

test("a link that leads nowhere is a problem that says so, and no edit goes through it", async () => {
  const home = scratch(undefined);
  await symlink(join(home.home, "mounted", "config.yaml"), home.file);
  const { file, problems } = await home.read();
  expect(file).toMatchObject({ path: home.file, exists: true });
  expect(problems).toMatchObject([{ code: "CONFIG_READ", file: home.file }]);
  expect(problems[0]?.message).toContain(`it is a link to ${join(home.home, "mounted", "config.yaml")}`);
  await expect(setValue(home.edit, "log.level", { text: "info" })).rejects.toMatchObject({ code: "CONFIG_READ" });
});

test("a byte order mark, and places with spaces and other scripts", async () => {
  const home = scratch("\uFEFFgateway:\n  port: 7\n");
  const paths = statePaths({ LOONG_HOME: join(home.home, "目录 it's") });
  await mkdir(paths.home);
  await writeFile(join(paths.home, "config.json"), '\uFEFF{ "gateway": { "port": 8 } }');
  expect((await home.read()).gateway.port).toBe(7);
  expect((await readConfig({ paths, env: {}, manifests: [] })).gateway.port).toBe(8);
});

test("each problem has its place, in every format", async () => {
  const yaml = `channels:
  lark:
    appId: a
    appSecret: b
    allowform: [x]
    mode: nope
gatway:
  port: 1
gateway:
  port: "80"
  hots: x
log: debug
`;
  expect(shortly(await scratch(yaml).read())).toEqual([
    "CONFIG_UNKNOWN_KEY 7:1 gatway",
    "CONFIG_UNKNOWN_KEY 11:3 gateway.hots",
    "CONFIG_TYPE 10:3 gateway.port",
    "CONFIG_TYPE 12:1 log",
    "CONFIG_UNKNOWN_KEY 5:5 channels.lark.allowform",
    "CONFIG_TYPE 6:5 channels.lark.mode",
  ]);
  const toml =
    '[feishu]\napp_id = "a"\napp_secret = "b"\nallow_form = ["x"]\nretries = 9\n[feishu.groups.oc_1]\nrequire_mention = "yes"\n[feishu.accounts.w]\napp_id = 3\n';
  expect(shortly(await scratch(toml, { name: "config.toml" }).read())).toEqual(
    [
      "CONFIG_UNKNOWN_KEY 4:1 feishu.allow_form",
      "CONFIG_TYPE 5:1 feishu.retries",
      "CONFIG_TYPE 7:1 feishu.groups.oc_1.require_mention",
      "CONFIG_TYPE 9:1 feishu.accounts.w.app_id",
    ].toSorted((a, b) => Number(a.split(" ")[1]?.split(":")[0]) - Number(b.split(" ")[1]?.split(":")[0])),
  );
  const json = '{\n  channels: { feishu: { appId: "a", appSecret: "b",\n    allowFrom: ["ou_1", {}], } },\n}';
  expect(shortly(await scratch(json, { name: "config.json" }).read())).toEqual([
    "CONFIG_TYPE 3:25 channels.feishu.allowFrom.1",
  ]);
});

test.each(["https://ann:hunter2@h", "https://ann:hun/ter2@h", "https://hunter2@h", "https://h/?token=hunter2"])(
  "a public address that holds a password is refused and not repeated: %s",
  async (publicUrl) => {
    const { problems } = await scratch(`gateway: { publicUrl: "${publicUrl}" }`).read();
    expect(problems).toMatchObject([{ code: "CONFIG_TYPE", path: "gateway.publicUrl" }]);
    expect(JSON.stringify(problems)).not.toMatch(/hunter2|ter2/);
  },
);

test.each([
  ["gateway: { port: 70000 }", "gateway.port"],
  ["gateway: { port: '80' }", "gateway.port"],
  ["gateway: 8080", "gateway"],
  ["gateway: { drain_timeout_ms: soon }", "gateway.drain_timeout_ms"],
  ["gateway: { keepTextDays: 1, keep_text_days: 2 }", "gateway.keepTextDays"],
  ["agent: { systemPrompt: [Be kind.] }", "agent.systemPrompt"],
  ["log: { level: loud }", "log.level"],
  ["plugins: { paths: ./mine }", "plugins.paths"],
  ["plugins: { entries: [feishu] }", "plugins.entries"],
])("a wrong value that holds for all channels is a fault of its section: %s", async (text, path) => {
  const config = await scratch(text).read();
  expect(sectionFault(config)).toMatchObject({ severity: "error", path });
  expect(sectionFault(config, "agent")?.path).toBe(path.startsWith("agent") ? path : undefined);
});

test.each([
  "gateway: { prot: 1 }",
  "gatway: { port: 70000 }",
  "feishu: { mode: 1 }",
  "agents: 3",
  "gateway: { port: 0 }",
])("what is unknown, or one account's own, is no fault of a section: %s", async (text) => {
  expect(sectionFault(await scratch(text).read())).toBeUndefined();
});

test("what is wrong with a plugin's entry switches that plugin off, and nothing else", async () => {
  const entries = { a: false, b: { enabled: "yes" }, c: { isolation: "none" }, "d.e": 1 };
  const config = await scratch(JSON.stringify({ plugins: { entries } }), { name: "config.json" }).read();
  expect(config.problems).toHaveLength(4);
  expect(sectionFault(config)).toBeUndefined();
  const off = { enabled: false };
  expect(config.plugins.entries).toEqual({ a: off, b: off, c: { isolation: "process" }, "d.e": off });
});

test("a problem in one line", async () => {
  const home = scratch("channels:\n  lark:\n    appId: a\n    appSecret: b\n    allowform: [x]\n    mode: websokket\n");
  expect((await validateConfig(home.edit)).map(renderProblem)).toEqual([
    `${home.file}:5:5 CONFIG_UNKNOWN_KEY Unknown key channels.lark.allowform. (did you mean allowFrom?)`,
    `${home.file}:6:5 CONFIG_TYPE channels.lark.mode cannot be the text "websokket". (expected one of "websocket", "webhook", did you mean websocket?)`,
  ]);
});

test("an unreadable folder is a problem", async () => {
  if (process.getuid?.() === 0) return; // nothing is unreadable to root
  const home = scratch("gateway:\n  port: 1\n");
  await chmod(home.file, 0);
  expect((await home.read()).problems).toMatchObject([{ code: "CONFIG_READ" }]);
});

const probe = (validate: boolean, name: string) => `
  import { registerHooks } from "node:module";
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  const { readConfig, statePaths } = await import(${JSON.stringify(fileURLToPath(new URL("./index.ts", import.meta.url)))});
  const options = { paths: statePaths({ LOONG_HOME: process.argv[1] }), env: {}, manifests: [], validate: ${validate} };
  if (${JSON.stringify(name)} !== "config.toml") await import(${JSON.stringify(name === "config.json" ? "json5" : "yaml")}).catch(() => 0);
  await readConfig(options);
  console.log(JSON.stringify({ libraries: ["typebox", "yaml", "json5", "momoa", "toml-patch", "/diff/"].filter((library) => loaded.some((url) => url.includes("node_modules") && url.includes(library))) }));
`;

test.each([
  ["config.yaml", false, ["yaml"]],
  ["config.json", false, ["json5", "momoa"]],
  ["config.toml", false, ["toml-patch"]],
  ["config.yaml", true, ["typebox", "yaml"]],
] as const)("reading %s (validate: %s) loads %j and nothing else", (name, validate, libraries) => {
  const home = scratch(good[name], { name });
  const args = ["--conditions=@loong/source", "--input-type=module", "-e", probe(validate, name), home.home];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  const found = JSON.parse(stdout || `{"error":${JSON.stringify(stderr)}}`) as { libraries: string[] };
  expect(found.libraries).toEqual(libraries);
});
