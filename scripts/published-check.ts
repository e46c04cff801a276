// `pnpm published-check`: packs everything, installs the tarballs with npm where no workspace is in sight, and uses them as
// an operator and as a plugin author would: a gateway answers a room, and every entry of every package has its types.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startFeishuEmulator } from "@loong/feishu/emulator";
import { createOperator, type Ended, type Operator } from "../apps/cli/test/operator.ts";
import { pack, readFrom } from "./tarball.ts";
import { workspacePackages } from "./workspace.ts";

const COMMAND = ["@loong/cli", "@loong/agent-echo", "@loong/agent-llm", "@loong/sdk"];
const CHANNEL = ["@loong/feishu", "@loong/emulator-kit", "@loong/guards", "@loong/sdk"];
const APP = { appId: "cli_a9f6c72aa7b85bca", appSecret: "published-secret", botName: "Loong" };

const place = mkdtempSync(join(tmpdir(), "loong-published-"));
try {
  const tarballs = packAll(join(place, "tarballs"));
  await step("an operator installs the command and a channel, and a room is answered", () => operate(tarballs));
  await step("a plugin author finds the types and the code of every entry", () => author(tarballs));
} finally {
  rmSync(place, { recursive: true, force: true });
}

async function step(what: string, act: () => Promise<void>): Promise<void> {
  const startedAtMs = performance.now();
  await act();
  console.log(`ok: ${what} (${((performance.now() - startedAtMs) / 1000).toFixed(1)} s)`);
}

type Tarballs = ReadonlyMap<string, string>;

function packAll(target: string): Tarballs {
  mkdirSync(target);
  return new Map(workspacePackages().map(({ name, directory }) => [name, pack(directory, target)]));
}

/** The tarballs stand for the registry, so what depends on each other comes in one call. */
function install(prefix: string, tarballs: Tarballs, names: Iterable<string>, ...others: readonly string[]): void {
  mkdirSync(prefix, { recursive: true });
  const files = Array.from(names, (name) => tarballs.get(name) ?? fail(`${name} was not packed`));
  const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  // Not inside the workspace, where npm would read another project's settings.
  execFileSync("npm", ["install", "--prefix", prefix, ...options, ...files, ...others], {
    cwd: prefix,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

async function operate(tarballs: Tarballs): Promise<void> {
  const prefix = join(place, "command");
  const home = join(place, "home");
  install(prefix, tarballs, COMMAND);
  // Before the command has ever run, so the state directory is npm's to make.
  install(join(home, ".loong/plugins"), tarballs, CHANNEL);
  const operator = createOperator({
    HOME: home,
    PATH: [join(prefix, "node_modules/.bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(":"),
  });
  const platform = await startFeishuEmulator({ apps: [APP] });
  try {
    await look(operator, tarballs);
    await configure(operator, platform.url);
    const gateway = operator.starts("loong gateway run --port 0");
    await gateway.waitFor("ws client ready");
    const room = platform.group("Ops", [platform.user("Ada")], [APP.appId]);
    const { messageId } = platform.say(room, "Ada", "@Loong are you published?", { mentions: [APP.appId] });
    await platform.waitFor(room, ({ parentId, from }) => parentId === messageId && from.kind === "app");
    await must(operator, "loong gateway stop");
    const { code } = await gateway.ended;
    if (code !== 0) fail(`the gateway ended with ${code}:\n${gateway.output()}`);
    const answers = platform.shows(room).filter(({ from }) => from.kind === "app");
    if (answers.length !== 1 || !answers[0]?.text.includes("are you published?"))
      fail(`the room shows ${JSON.stringify(answers.map(({ text }) => text))} instead of one answer`);
  } finally {
    await operator.leaves();
    await platform.close();
  }
}

async function look(operator: Operator, tarballs: Tarballs): Promise<void> {
  const { version } = JSON.parse(readFrom(tarballs.get("@loong/cli") ?? "", "package.json")) as { version: string };
  const said = (await must(operator, "loong --version")).stdout.trim();
  if (said !== version) fail(`\`loong --version\` says ${said}, the package ${version}`);
  await must(operator, "loong --help");
  const { stdout } = await must(operator, "loong channels");
  if (!stdout.includes("feishu")) fail(`\`loong channels\` does not show the installed channel:\n${stdout}`);
}

async function configure(operator: Operator, platformUrl: string): Promise<void> {
  await must(operator, "loong config set agent.use echo");
  const account = { ...APP, botName: undefined, baseUrl: platformUrl, enabled: true, groupPolicy: "open" };
  await must(operator, `loong config patch '${JSON.stringify({ channels: { feishu: account } })}'`);
  await must(operator, "loong config validate");
}

async function must(operator: Operator, line: string): Promise<Ended> {
  const ended = await operator.types(line);
  return ended.code === 0 ? ended : fail(`\`${line}\` ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`);
}

/** What `import` of each entry finds: its types for the compiler, its code for Node. */
async function author(tarballs: Tarballs): Promise<void> {
  const directory = join(place, "author");
  install(directory, tarballs, tarballs.keys(), "@types/node@24");
  const entries = [...tarballs].flatMap(([name, tarball]) => entriesOf(name, tarball));
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";`);
  const uses = entries.map((_, index) => `entry${index}`).join(", ");
  writeFileSync(join(directory, "author.ts"), `${imports.join("\n")}\nexport const entries: object[] = [${uses}];\n`);
  const compilerOptions = { module: "nodenext", target: "es2024", strict: true, noEmit: true, types: ["node"] };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["author.ts"] }));
  writeFileSync(
    join(directory, "package.json"),
    JSON.stringify({ ...JSON.parse(readFileSync(join(directory, "package.json"), "utf8")), type: "module" }),
  );
  execFileSync("tsc", ["-p", directory], { stdio: "inherit" });
  // The conformance suites define tests when imported, which only a test runner lets them.
  const runnable = entries.filter((entry) => entry !== "@loong/testkit");
  const script = runnable.map((entry) => `await import("${entry}");`).join("\n");
  execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: directory, stdio: "inherit" });
}

function entriesOf(name: string, tarball: string): readonly string[] {
  const { exports } = JSON.parse(readFrom(tarball, "package.json")) as { exports: Readonly<Record<string, unknown>> };
  return Object.keys(exports)
    .filter((path) => path !== "./package.json")
    .map((path) => `${name}${path.slice(1)}`);
}

function fail(what: string): never {
  throw new Error(what);
}
