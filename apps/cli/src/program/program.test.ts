import type { Command } from "commander";
import { beforeEach, expect, test } from "vitest";
import { memoryStream } from "../../test/memory-stream.ts";
import { homeWithChannels } from "../../test/temporary-home.ts";
import type { Cli } from "../cli-context.ts";
import { createProgram, createWholeProgram } from "./program.ts";
import type { Run } from "./run.ts";
import { expandBareVerb } from "./words.ts";

/** Which command a line reached, its options, and its other words. */
interface Reached {
  readonly path: string;
  readonly options: Record<string, unknown>;
  readonly operands: readonly unknown[];
}

const CHANNELS = [
  { id: "feishu", aliases: ["lark"] },
  { id: "wecom" },
  { id: "telegram" },
  { id: "bulletin", serves: false },
];

let cli: Cli;
beforeEach(async () => {
  const home = await homeWithChannels(CHANNELS);
  cli = {
    env: { LOONG_HOME: home },
    stdin: process.stdin,
    output: { stdout: memoryStream(), stderr: memoryStream() },
    installation: () => ({ version: "1.2.3", templates: "", bundled: [] }),
    self: () => ({ command: ["node"], platform: "linux", userId: 0 }),
    now: () => 0,
    interrupted: () => new AbortController().signal,
  };
});

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

async function parse(argv: readonly string[]): Promise<Reached> {
  let reached: Reached | undefined;
  const run: Run =
    () =>
    async (...given) => {
      const command = given.at(-1) as Command;
      reached = { path: pathOf(command), options: command.optsWithGlobals(), operands: given.slice(0, -2) };
    };
  const words = expandBareVerb(argv);
  await (await createProgram(cli, run, words)).parseAsync(words, { from: "user" });
  if (reached === undefined) throw new Error("nothing ran");
  return reached;
}

test.each<[string, string[], string, object]>([
  ["loong doctor", ["doctor"], "loong doctor", {}],
  ["loong channels", ["channels"], "loong channels list", {}],
  ["loong list-models", ["list-models"], "loong list-models", {}],
  ["loong runtime models list", ["runtime", "models", "list"], "loong runtime models list", {}],
  [
    "loong ask",
    ["ask", "--message", "Confirm that the active provider is healthy."],
    "loong ask",
    { message: "Confirm that the active provider is healthy." },
  ],
  ["loong channels serve", ["channels", "serve", "feishu"], "loong channels serve", {}],
  ["loong channels status --probe", ["channels", "status", "--probe"], "loong channels status", { probe: true }],
  ["loong gateway status --json", ["gateway", "status", "--json"], "loong gateway status", { json: true }],
  ["loong gateway stop", ["gateway", "stop"], "loong gateway stop", {}],
  ["loong status --json", ["status", "--json"], "loong status", { json: true }],
  ["loong gateway run --port", ["gateway", "run", "--port", "8080"], "loong gateway run", { port: 8080 }],
  ["loong gateway run --verbose", ["gateway", "run", "--verbose"], "loong gateway run", { verbose: true }],
  ["loong logs -f", ["logs", "-f"], "loong logs", { follow: true, lines: 50 }],
  ["loong wecom-serve --account work", ["wecom-serve", "--account", "work"], "loong wecom-serve", { account: "work" }],
  ["loong wecom-serve", ["wecom-serve"], "loong wecom-serve", {}],
  ["loong lark serve", ["lark", "serve"], "loong lark serve", {}],
  [
    "loong message send",
    ["message", "send", "--to", "oc_chat_id", "--message", "Hello!"],
    "loong message send",
    { to: "oc_chat_id", message: "Hello!" },
  ],
])("a playbook's `%s`", async (_, argv, path, options) => {
  expect(await parse(argv)).toMatchObject({ path, options });
});

test("sends, as the playbooks write them", async () => {
  expect(await parse(["channels", "send", "feishu", "--target", "ou_x", "--text", "hello from loong"])).toMatchObject({
    path: "loong channels send",
    options: { target: "ou_x", text: "hello from loong" },
    operands: ["feishu"],
  });
  expect(await parse(["wecom-send", "--target", "group_demo", "--text", "hello wecom"])).toMatchObject({
    path: "loong wecom-send",
    options: { target: "group_demo", text: "hello wecom" },
  });
});

test("sends take the words of one another", async () => {
  expect(await parse(["channels", "send", "feishu", "--to", "ou_x", "--message", "hello"])).toMatchObject({
    options: { to: "ou_x", message: "hello" },
  });
  expect(await parse(["message", "send", "--target", "ou_x", "--text", "hello"])).toMatchObject({
    options: { target: "ou_x", text: "hello" },
  });
  await expect(parse(["message", "send", "--to", "a", "--target", "b"])).rejects.toThrow(/cannot be used with/);
});

test("selectors, several of them, with a session", async () => {
  const words = [
    "gateway",
    "run",
    "--session",
    "cli-supervisor",
    "--channel-account",
    "lark=work",
    "--channel-account",
    "telegram=bot_123456",
  ];
  expect((await parse(words)).options).toMatchObject({
    session: "cli-supervisor",
    channelAccount: ["lark=work", "telegram=bot_123456"],
  });
});

test("config keys and values are taken as they are", async () => {
  expect((await parse(["config", "set", "channels.lark.appId", "cli_your_app_id"])).operands).toEqual([
    "channels.lark.appId",
    "cli_your_app_id",
  ]);
  expect((await parse(["config", "set", "groups.x", "-100123"])).operands).toEqual(["groups.x", "-100123"]);
});

test("a text may look like an option", async () => {
  expect((await parse(["ask", "--message", "--help"])).options).toMatchObject({ message: "--help" });
});

test("--config is taken before and after the verb", async () => {
  for (const argv of [
    ["--config", "a.yaml", "status"],
    ["status", "--config", "a.yaml"],
  ]) {
    expect((await parse(argv)).options).toMatchObject({ config: "a.yaml" });
  }
});

test("a channel that only sends has no serve verb", async () => {
  expect((await parse(["bulletin-send", "--text", "x"])).path).toBe("loong bulletin-send");
  await expect(parse(["bulletin-serve"])).rejects.toMatchObject({ code: "commander.unknownCommand" });
});

test.each([
  [["gateway", "run", "--port", "65536"], "commander.invalidArgument"],
  [["gateway", "run", "--port", "x"], "commander.invalidArgument"],
  [["logs", "--lines", "-1"], "commander.invalidArgument"],
  [["ask"], "commander.missingMandatoryOptionValue"],
  [["config", "set"], "commander.missingArgument"],
  [["gateway", "stop", "now"], "commander.excessArguments"],
  [["messages", "list", "--box", "letter"], "commander.invalidArgument"],
  [["status", "--jsn"], "commander.unknownOption"],
])("refuses %j", async (argv, code) => {
  await expect(parse(argv)).rejects.toMatchObject({ code });
});

test("every command has a description, and every example in its help is a line that parses", async () => {
  const program = await createWholeProgram(cli, () => async () => {}, []);
  const commands = leavesOf(program);
  expect(commands.length).toBeGreaterThan(40);
  expect(commands.filter((command) => command.description() === "").map(pathOf)).toEqual([]);
  const examples = commands.flatMap((command) => examplesOf(command));
  expect(examples.length).toBeGreaterThan(commands.length);
  for (const line of examples) await expect(parse(line)).resolves.toBeDefined();
});

function leavesOf(command: Command): readonly Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function examplesOf(command: Command): readonly (readonly string[])[] {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
  const lines = [...help.matchAll(/^ {2}\$ (?:\w+=\w+ )?loong (.*)$/gmu)].map(([, line = ""]) => line);
  return lines.map((line) =>
    [...line.replace(/ > .*/u, "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/gu)].map(([, a, b, c]) => a ?? b ?? c ?? ""),
  );
}
