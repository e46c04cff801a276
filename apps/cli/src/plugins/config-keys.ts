import { type Config, formatPath, getValue, type KeyPath } from "@loong/config";
import type { PluginSet } from "@loong/host/plugins";
import type { Manifest } from "@loong/sdk";

/** Keys of the config file that belong to this plugin and to no other one, as far as they are written. */
export function ownKeys(config: Config, plugins: PluginSet, manifest: Manifest): readonly KeyPath[] {
  const tables =
    manifest.kind === "channel" ? [["channels", manifest.id]] : unsharedKeys(plugins, manifest).map((key) => [key]);
  return [...tables, ["plugins", "entries", manifest.id]].filter((path) => getValue(config, path).from === "file");
}

/** @returns The keys as they stand in the file. */
export function shownKeys(config: Config, keys: readonly KeyPath[]): readonly string[] {
  return keys.map((key) => getValue(config, key).path || formatPath(key));
}

/** Agents may share a table: the model providers, say. */
function unsharedKeys(plugins: PluginSet, manifest: Extract<Manifest, { kind: "agent" }>): readonly string[] {
  const others = plugins.agents().filter((record) => record.manifest.id !== manifest.id);
  const taken = new Set(others.flatMap((record) => record.manifest.keys));
  return manifest.keys.filter((key) => !taken.has(key));
}
