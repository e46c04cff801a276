import type { PluginStatus } from "@loong/api";
import { expect, test } from "vitest";
import { fixture } from "../../test/plugin-tree.ts";
import { discoverPlugins } from "./discover.ts";
import { createPluginSet, type PluginSet } from "./set.ts";

async function pluginSet(...names: readonly string[]): Promise<PluginSet> {
  const found = await discoverPlugins({
    paths: { pluginsDir: "/nowhere" },
    extraPaths: names.map(fixture),
    bundled: [],
  });
  return createPluginSet(found.plugins, found.failures);
}

test("finds a channel by id and by alias", async () => {
  const set = await pluginSet("plain-js", "common-js");
  expect(set.channel("plain-js")).toBe(set.channel("plain"));
  expect(set.find("plain")?.packageName).toBe("@acme/plain-js");
  expect(set.find("@acme/plain-js")).toBe(set.channel("plain-js"));
  expect(set.find("nobody")).toBeUndefined();
  expect(set.channels().map(({ manifest }) => manifest.id)).toEqual(["plain-js", "common-js"]);
  expect(set.agents()).toEqual([]);
});

test("names the nearest one when a name is not known", async () => {
  const set = await pluginSet("plain-js", "common-js");
  expect(() => set.channel("plian-js")).toThrow(
    'There is no channel "plian-js". Did you mean "plain-js"? Known: common-js, plain, plain-js.',
  );
  expect(() => set.channel("zulu")).toThrow('There is no channel "zulu". Known: common-js, plain, plain-js.');
  expect(() => set.agent("llm")).toThrow('There is no agent "llm". None is installed.');
  expect(() => set.plugin("zulu")).toThrow('There is no plugin "zulu". Known: common-js, plain, plain-js.');
});

test("says why a broken one is not there", async () => {
  const set = await pluginSet("plain-js", "contract-old");
  const tooOld = expect.objectContaining({ code: "PLUGIN_CONTRACT_TOO_OLD" });
  expect(() => set.channel("contract-old")).toThrow(tooOld);
  expect(() => set.plugin("@acme/contract-old")).toThrow(tooOld);
});

test("shows every plugin, good or not, in one list", async () => {
  const set = await pluginSet("plain-js", "common-js", "no-entry");
  const statuses: PluginStatus[] = set.statuses(({ manifest }) =>
    manifest.id === "common-js" ? { state: "loaded" } : undefined,
  );
  expect(statuses).toMatchObject([
    { id: "plain-js", kind: "channel", state: "available", error: null, source: "path", version: "1.2.3" },
    { id: "common-js", state: "loaded", error: null },
    { id: "no-entry", state: "failed", error: { code: "PLUGIN_NO_ENTRY" } },
  ]);
});
