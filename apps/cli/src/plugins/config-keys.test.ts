import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, readConfig, statePaths } from "@loong/config";
import { createPluginSet, type PluginRecord } from "@loong/host/plugins";
import type { AgentManifest } from "@loong/sdk";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ownKeys, shownKeys } from "./config-keys.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "loong-keys-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

function agent(id: string, keys: readonly string[]): PluginRecord<AgentManifest> {
  const properties = Object.fromEntries(keys.map((key) => [key, { type: "object" }]));
  const settings = { type: "object", properties };
  const manifest: AgentManifest = { kind: "agent", id, label: id, contract: "^1.0.0", keys, settings };
  const directory = join(home, id);
  const entry = join(directory, "index.js");
  return { manifest, packageName: id, version: "1.0.0", directory, entry, source: "installed", isTypeScript: false };
}

async function configOf(text: string, records: readonly PluginRecord[]): Promise<Config> {
  await writeFile(join(home, "config.yaml"), text);
  const env = { LOONG_HOME: home };
  return readConfig({
    paths: statePaths(env),
    env,
    manifests: records.map(({ manifest }) => manifest),
    validate: false,
  });
}

test("a table that two agents read belongs to neither, and what is not written is not named", async () => {
  const [mine, other] = [agent("mine", ["models", "prompts", "unwritten"]), agent("other", ["models"])];
  const text =
    "models: {}\nprompts: {}\nplugins:\n  entries:\n    mine: { enabled: false }\n    other: { enabled: false }\n";
  const config = await configOf(text, [mine, other]);
  const keys = ownKeys(config, createPluginSet([mine, other], []), mine.manifest);
  expect(keys).toEqual([["prompts"], ["plugins", "entries", "mine"]]);
  expect(shownKeys(config, keys)).toEqual(["prompts", "plugins.entries.mine"]);
});
