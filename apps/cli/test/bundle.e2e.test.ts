import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const cli = fileURLToPath(new URL("..", import.meta.url));
let installed: string;

beforeAll(async () => {
  installed = await mkdtemp(join(tmpdir(), "loong-bundle-"));
  for (const path of ["bin", "templates", "package.json"])
    await cp(join(cli, path), join(installed, path), { recursive: true });
  await symlink(join(cli, "node_modules"), join(installed, "node_modules"));
  await run(process.execPath, [join(cli, "node_modules/tsdown/dist/run.mjs"), "--out-dir", join(installed, "dist")], {
    cwd: cli,
  });
});
afterAll(() => rm(installed, { recursive: true, force: true }));

function loong(...args: string[]) {
  const env = { PATH: process.env["PATH"], HOME: installed, LOONG_HOME: join(installed, "home") };
  return run(process.execPath, [join(installed, "bin/loong.cjs"), ...args], { env });
}

test("the command as it is published reads, writes, and runs a plugin that comes with it", async () => {
  expect((await loong("config", "set", "agent.use", "echo")).stdout).toContain("Set agent.use");
  expect((await loong("config", "get", "agent.use")).stdout).toBe("echo\n");
  expect((await loong("ask", "--message", "hello")).stdout).toBe("hello\n");
  expect((await loong("gateway", "status", "--json")).stdout).toContain('"stopped"');
  const { plugins } = JSON.parse((await loong("plugins", "--json")).stdout) as {
    plugins: readonly { id: string; source: string }[];
  };
  expect(plugins).toEqual(expect.arrayContaining([expect.objectContaining({ id: "echo", source: "bundled" })]));
});

test("reads TOML and JSON5 too: nothing was left out of the bundle", async () => {
  for (const [name, text] of [
    ["a.toml", "[gateway]\nport = 7001\n"],
    ["b.json", "{ gateway: { port: 7001 } } // ours\n"],
  ] as const) {
    await writeFile(join(installed, name), text);
    expect((await loong("config", "get", "gateway.port", "--config", join(installed, name))).stdout).toBe("7001\n");
    expect((await loong("config", "validate", "--config", join(installed, name))).stdout).toContain("good");
  }
});

test("makes a channel out of the templates that come with it, and packs one", async () => {
  const directory = join(installed, "chat");
  await loong("plugins", "create", "chat", "--transport", "outbound-only", "--directory", directory, "--yes");
  // Not built, since a compiler is the author's: its sources are its entry, and its sdk is the one of this workspace.
  const file = join(directory, "package.json");
  const { scripts: _, ...rest } = JSON.parse(await readFile(file, "utf8")) as { scripts: object };
  await writeFile(file, JSON.stringify({ ...rest, files: ["src"], exports: { ".": "./src/index.ts" } }, null, 2));
  await symlink(join(cli, "node_modules"), join(directory, "node_modules"));
  const env = { NODE_OPTIONS: "--conditions=@loong/source" };
  const { stdout } = await run(
    process.execPath,
    [join(installed, "bin/loong.cjs"), "plugins", "pack", directory, "--json"],
    {
      env: { PATH: process.env["PATH"], HOME: installed, ...env },
    },
  );
  expect(JSON.parse(stdout)).toMatchObject({ tarball: join(directory, "chat-0.1.0.tgz"), faults: [] });
});

const IMPORT = /(?:^|[;}])import(?:[\w$*{},\s]+from)?\s*"([^"]+)"|\bimport\(["`]([^"`]+)["`]\)/gmu;

test("imports nothing but what is installed with it", async () => {
  const { dependencies } = JSON.parse(await readFile(join(cli, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const folder = join(installed, "dist");
  const imported = new Set<string>();
  for (const file of await readdir(folder)) {
    const text = await readFile(join(folder, file), "utf8");
    for (const [, fixed, lazy] of text.matchAll(IMPORT)) imported.add(fixed ?? lazy ?? "");
  }
  expect(imported).toContain("jiti");
  expect([...imported].filter((name) => !/^(?:\.|node:)/u.test(name) && !(name in dependencies))).toEqual([]);
});
