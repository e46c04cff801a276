import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fixture, install, variant } from "../../test/plugin-tree.ts";
import { tempDir } from "../../test/temp-dir.ts";
import { writePluginLock } from "../install/lock-file.ts";
import { discoverPlugins, type DiscoverOptions } from "./discover.ts";

function discover(dir: string, options: Partial<DiscoverOptions> = {}) {
  return discoverPlugins({ paths: { pluginsDir: join(dir, "plugins") }, extraPaths: [], bundled: [], ...options });
}

test("finds nothing, and nothing wrong, where there is no folder at all", async () => {
  const dir = tempDir();
  expect(await discover(dir)).toEqual({ plugins: [], failures: [] });
});

test("finds what is installed, scoped or not, and passes over ordinary packages", async () => {
  const dir = tempDir();
  const plain = install(join(dir, "plugins"), "plain-js");
  install(join(dir, "plugins"), "common-js");
  install(join(dir, "plugins"), "not-a-plugin");
  install(join(dir, "plugins"), "shared-parts");

  const { plugins, failures } = await discover(dir);

  expect(failures).toEqual([]);
  expect(plugins.map(({ packageName }) => packageName)).toEqual(["@acme/plain-js", "acme-common-js"]);
  expect(plugins[0]).toMatchObject({
    manifest: { id: "plain-js", aliases: ["plain"] },
    version: "1.2.3",
    directory: plain,
    entry: join(plain, "index.js"),
    source: "installed",
    isTypeScript: false,
  });
});

test("tells what the installer brought, and from where", async () => {
  const dir = tempDir();
  const pluginsDir = join(dir, "plugins");
  const linked = variant("plain-ts", join(dir, "mine"), { name: "mine" });
  const row = { id: "plain-ts", kind: "channel", version: "1.0.0", spec: linked, integrity: "", seal: "" } as const;
  const facts = { packageJson: "", capabilities: [], installedAtMs: 1 };
  writePluginLock(pluginsDir, { mine: { ...row, ...facts, source: "link", folder: linked } });
  install(pluginsDir, "plain-js");

  const { plugins } = await discover(dir);

  expect(plugins.map(({ packageName, source, installedFrom }) => [packageName, source, installedFrom])).toEqual([
    ["mine", "installed", "link"],
    ["@acme/plain-js", "installed", undefined],
  ]);
});

test("finds plugins by path, in a checkout and beside the command", async () => {
  const dir = tempDir();
  const byPath = variant("plain-ts", join(dir, "mine"), { name: "mine" });
  const inCheckout = variant("plain-js", join(dir, "checkout", "extensions", "one"), { name: "one" });
  const bundled = variant("common-js", join(dir, "bundle", "two"), { name: "two" });

  const { plugins } = await discover(dir, {
    extraPaths: [byPath],
    workspaceRoot: join(dir, "checkout"),
    bundled: [bundled],
  });

  expect(plugins.map(({ packageName, source, directory }) => [packageName, source, directory])).toEqual([
    ["mine", "path", byPath],
    ["one", "workspace", inCheckout],
    ["two", "bundled", bundled],
  ]);
  expect(plugins[0]?.isTypeScript).toBe(true);
});

test("says so when plugins.paths names a folder without a plugin", async () => {
  const dir = tempDir();
  const { failures } = await discover(dir, { extraPaths: [join(dir, "nowhere"), fixture("not-a-plugin")] });
  expect(failures.map(({ code, directory }) => [code, directory])).toEqual([
    ["PLUGIN_PATH_EMPTY", join(dir, "nowhere")],
    ["PLUGIN_PATH_EMPTY", fixture("not-a-plugin")],
  ]);
});

describe("a plugin that cannot be used is a failure and no plugin", () => {
  test.for([
    ["contract-old", "PLUGIN_CONTRACT_TOO_OLD", "^0.4.0", "1.0.0"],
    ["contract-new", "PLUGIN_CONTRACT_TOO_NEW", "^2.1.0", "1.0.0"],
    ["contract-missing", "PLUGIN_CONTRACT_INVALID", "does not say", "1.0.0"],
    ["contract-nonsense", "PLUGIN_CONTRACT_INVALID", "latest greatest", "1.0.0"],
    ["no-entry", "PLUGIN_NO_ENTRY", "dist/index.js", "@acme/no-entry"],
  ] as const)("%s", async ([name, code, ...words]) => {
    const dir = tempDir();
    const directory = install(join(dir, "plugins"), name);
    const { plugins, failures } = await discover(dir);
    expect(plugins).toEqual([]);
    expect(failures).toMatchObject([
      { code, directory, id: name, kind: "channel", severity: "error", version: "1.2.3" },
    ]);
    for (const word of words) expect(failures[0]?.message).toContain(word);
    expect(failures[0]?.hint).not.toBe("");
  });

  test("of another contract is told so, whatever else its manifest holds", async () => {
    const dir = tempDir();
    const change = { kind: "carrier", contract: "^2.0.0", text: undefined };
    const directory = variant("plain-js", join(dir, "next"), { name: "next", loong: change });
    const { failures } = await discover(dir, { extraPaths: [directory] });
    expect(failures).toMatchObject([{ code: "PLUGIN_CONTRACT_TOO_NEW" }]);
  });

  test("a package.json that is torn", async () => {
    const dir = tempDir();
    const directory = install(join(dir, "plugins"), "plain-js");
    writeFileSync(join(directory, "package.json"), '{ "name": "@acme/plain-js", "loong": {');
    const { failures } = await discover(dir);
    expect(failures).toMatchObject([{ code: "PLUGIN_MANIFEST_INVALID", directory, source: "installed" }]);
  });

  test("does not disturb the others", async () => {
    const dir = tempDir();
    install(join(dir, "plugins"), "contract-old");
    install(join(dir, "plugins"), "plain-js");
    const { plugins } = await discover(dir);
    expect(plugins.map(({ manifest }) => manifest.id)).toEqual(["plain-js"]);
  });
});

describe("an id that is there twice", () => {
  test("belongs to the first of path, installed, workspace, bundled", async () => {
    const dir = tempDir();
    install(join(dir, "plugins"), "plain-js");
    const rival = variant("plain-js", join(dir, "rival"), { name: "rival" });
    const { plugins, failures } = await discover(dir, { extraPaths: [rival] });
    expect(plugins.map(({ packageName }) => packageName)).toEqual(["rival"]);
    expect(failures).toMatchObject([
      { packageName: "@acme/plain-js", code: "PLUGIN_DUPLICATE_ID", severity: "error", id: "plain-js" },
    ]);
    expect(failures[0]?.message).toContain(rival);
  });

  test("is only a warning when both are the same package", async () => {
    const dir = tempDir();
    const newer = variant("plain-js", join(dir, "plugins", "node_modules", "@acme", "plain-js"), { version: "2.0.0" });
    const { plugins, failures } = await discover(dir, { bundled: [fixture("plain-js")] });
    expect(plugins).toMatchObject([{ version: "2.0.0", directory: newer }]);
    expect(failures).toMatchObject([
      { code: "PLUGIN_DUPLICATE_ID", severity: "warning", source: "bundled", version: "1.2.3" },
    ]);
  });

  test("is nothing to speak of when both are the same folder", async () => {
    const dir = tempDir();
    mkdirSync(join(dir, "checkout", "extensions"), { recursive: true });
    symlinkSync(fixture("plain-js"), join(dir, "checkout", "extensions", "plain-js"));
    const { plugins, failures } = await discover(dir, {
      workspaceRoot: join(dir, "checkout"),
      bundled: [fixture("plain-js")],
    });
    expect(plugins).toHaveLength(1);
    expect(failures).toEqual([]);
  });

  test("can be the alias of another channel", async () => {
    const dir = tempDir();
    const rival = variant("common-js", join(dir, "rival"), { name: "rival", loong: { id: "plain" } });
    install(join(dir, "plugins"), "plain-js");
    const { plugins, failures } = await discover(dir, { bundled: [rival] });
    expect(plugins).toHaveLength(1);
    expect(failures).toMatchObject([{ packageName: "rival", code: "PLUGIN_DUPLICATE_ID" }]);
  });

  test("may name a channel and an agent", async () => {
    const dir = tempDir();
    const agent = variant("common-js", join(dir, "agent"), {
      name: "agent",
      loong: { kind: "agent", id: "plain-js", keys: [], settings: {} },
    });
    const { plugins } = await discover(dir, { extraPaths: [fixture("plain-js"), agent] });
    expect(plugins.map(({ manifest }) => [manifest.kind, manifest.id])).toEqual([
      ["channel", "plain-js"],
      ["agent", "plain-js"],
    ]);
  });
});
