// Run by load.e2e.test.ts in a Node of its own: discovers the plugins in argv[2], loads each, and prints what came of it.
import { LoongError, type Manifest } from "@loong/sdk";
import { discoverPlugins, loadPlugin, type PluginRecord } from "../src/plugins/index.ts";

const [, , pluginsDir = "", cacheDir = "", ...extraPaths] = process.argv;

async function outcomeOf(record: PluginRecord): Promise<Record<string, unknown>> {
  try {
    const plugin = await loadPlugin(record as PluginRecord<Manifest & { kind: "channel" }>, {
      cacheDir,
      timeoutMs: record.packageName.endsWith("never-loads") ? 200 : 20_000,
    });
    const channel = plugin.open({}, undefined as never);
    const error = await channel.send(undefined as never, undefined as never).catch((thrown: unknown) => thrown);
    return { id: plugin.id, source: record.source, sameErrorClass: error instanceof LoongError };
  } catch (error) {
    const { code, message, hint } = error as LoongError;
    return { code, message, hint };
  }
}

const { plugins, failures } = await discoverPlugins({ paths: { pluginsDir }, extraPaths, bundled: [] });
const loaded: Record<string, unknown> = {};
for (const record of plugins) loaded[record.packageName] = await outcomeOf(record);
console.log(JSON.stringify({ loaded, failures }));
