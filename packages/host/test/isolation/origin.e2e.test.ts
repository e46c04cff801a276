import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "@loong/config";
import { expect, test } from "vitest";
import { isolationOf } from "../../src/isolation/mode.ts";
import { discoverPlugins } from "../../src/plugins/index.ts";
import { type Installation, installation } from "../installing.ts";
import { release, startNpmRegistry } from "../npm-registry.ts";
import { variant } from "../plugin-tree.ts";
import { tempDir } from "../temp-dir.ts";

const NAME = "@loong/horn";
const config = { plugins: { paths: [], entries: {} } } as Partial<Config> as Config;
const packageOf = () => release("plain-js", "1.0.0", { name: NAME });
const folder = () => variant("plain-js", join(tempDir(), "plugin"), { name: NAME });

async function whereItRuns({ paths }: Installation, extraPaths: readonly string[] = []) {
  const { plugins } = await discoverPlugins({ paths, extraPaths, bundled: [], verify: "code" });
  return plugins.map((record) => [record.packageName, isolationOf(record, config)]);
}

test("what the registry gives under Loong's name runs in the gateway's process", async () => {
  const registry = await startNpmRegistry();
  registry.publish(packageOf());
  const at = installation(registry);
  await at.install(NAME);
  expect(await whereItRuns(at)).toEqual([[NAME, "inline"]]);
});

test("so does a folder that the operator linked, or named in the config", async () => {
  const at = installation();
  await at.install(folder());
  expect(await whereItRuns(at)).toEqual([[NAME, "inline"]]);
  expect(await whereItRuns(installation(), [folder()])).toEqual([[NAME, "inline"]]);
});

test("a tarball that calls itself so runs in a process of its own", async () => {
  const file = join(tempDir(), "horn.tgz");
  writeFileSync(file, packageOf().tarball);
  const at = installation();
  await at.install(file);
  expect(await whereItRuns(at)).toEqual([[NAME, "process"]]);
});

test("so does a copied folder, and what somebody else put among the installed ones", async () => {
  const copied = installation();
  await copied.install(folder(), { link: false });
  expect(await whereItRuns(copied)).toEqual([[NAME, "process"]]);
  const unmanaged = installation();
  cpSync(folder(), join(unmanaged.paths.pluginsDir, "node_modules", NAME), { recursive: true });
  expect(await whereItRuns(unmanaged)).toEqual([[NAME, "process"]]);
});
