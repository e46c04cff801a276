import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { PluginRecord } from "../plugins/index.ts";
import { launchOf } from "./launch.ts";

function launch(env: Readonly<Record<string, string>> = {}) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "loong-launch-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const real = join(root, "store", "chat");
  mkdirSync(real, { recursive: true });
  mkdirSync(join(root, "plugins", "node_modules"), { recursive: true });
  const directory = join(root, "plugins", "node_modules", "chat");
  symlinkSync(real, directory);
  const home = join(root, "data", "chat");
  return {
    root,
    real,
    directory,
    home,
    ...launchOf({ record: { directory } as PluginRecord, home, heapMegabytes: 64, env }),
  };
}

test("gives nothing of the environment but the way to the network", () => {
  const passed = {
    PATH: "/bin",
    LANG: "C",
    LC_ALL: "C",
    TZ: "UTC",
    https_proxy: "http://p",
    NODE_EXTRA_CA_CERTS: "/ca",
  };
  const kept = { LOONG_HOME: "/h", ACME_TOKEN: "secret", NODE_OPTIONS: "--inspect", HOME: "/root", AWS_SECRET: "x" };
  const { env, home } = launch({ ...passed, ...kept });
  const own = { TMPDIR: join(home, ".tmp"), NODE_COMPILE_CACHE: join(home, ".compiled") };
  expect(env).toEqual({ ...passed, ...own });
});

test("lets it read its own code and write to its own folder", () => {
  const { arguments: words, root, real, directory, home } = launch();
  const read = words.filter((word) => word.startsWith("--allow-fs-read=")).map((word) => word.slice(16));
  expect(read).toEqual(expect.arrayContaining([directory, real, join(root, "plugins", "node_modules"), home]));
  expect(read).not.toContain(root);
  expect(words.filter((word) => word.startsWith("--allow-fs-write"))).toEqual([`--allow-fs-write=${home}`]);
  expect(words).toEqual(
    expect.arrayContaining(["--permission", "--no-experimental-sqlite", "--max-old-space-size=64"]),
  );
  expect(words.filter((word) => /--allow-(child|worker|addons|wasi)/.test(word))).toEqual([]);
});

test("what a package of a workspace depends on may be read too, wherever links lead; one that was copied here has no such links", () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "loong-launch-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folderOf = (name: string) => join(root, "packages", name);
  const lay = (name: string, dependencies: readonly string[]) => {
    mkdirSync(join(folderOf(name), "node_modules"), { recursive: true });
    const json = { name, dependencies: Object.fromEntries(dependencies.map((each) => [each, "*"])) };
    writeFileSync(join(folderOf(name), "package.json"), JSON.stringify(json));
    for (const each of dependencies) symlinkSync(folderOf(each), join(folderOf(name), "node_modules", each));
  };
  for (const [name, ...dependencies] of [
    ["chat", "wire"],
    ["wire", "bytes"],
    ["bytes", "wire"],
  ] as const) {
    mkdirSync(folderOf(name), { recursive: true });
    lay(name, dependencies);
  }
  const readable = (facts: Partial<PluginRecord>) =>
    launchOf({
      record: { directory: folderOf("chat"), ...facts } as PluginRecord,
      home: join(root, "home"),
      heapMegabytes: 64,
      env: {},
    }).arguments.map((word) => word.replace("--allow-fs-read=", ""));
  expect(readable({ source: "workspace" })).toEqual(expect.arrayContaining([folderOf("wire"), folderOf("bytes")]));
  expect(readable({ source: "installed", installedFrom: "link" })).toContain(folderOf("wire"));
  expect(readable({ source: "installed", installedFrom: "tarball" })).not.toContain(folderOf("wire"));
});
