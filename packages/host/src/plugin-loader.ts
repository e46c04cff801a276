import type { AgentPlugin, ChannelPlugin, LoongError } from "@loong/sdk";
import { isLoongError } from "@loong/sdk";
import {
  type AgentRecord,
  type ChannelRecord,
  loadPlugin,
  type PluginCondition,
  type PluginRecord,
} from "./plugins/index.ts";

/** Loads each plugin once, when it is first needed, and remembers how that went. */
export interface PluginLoader {
  readonly channel: (record: ChannelRecord) => Promise<ChannelPlugin>;
  readonly agent: (record: AgentRecord) => Promise<AgentPlugin>;
  condition(record: PluginRecord): PluginCondition | undefined;
}

/** @param cacheDir - Where compiled TypeScript is kept between starts. */
export function createPluginLoader(cacheDir: string): PluginLoader {
  const loads = new Map<string, Promise<ChannelPlugin | AgentPlugin>>();
  const conditions = new Map<string, PluginCondition>();

  function load(record: PluginRecord): Promise<ChannelPlugin | AgentPlugin> {
    const known = loads.get(record.directory);
    if (known !== undefined) return known;
    const loading = loadPlugin(record, { cacheDir });
    loads.set(record.directory, loading);
    loading.then(
      () => conditions.set(record.directory, { state: "loaded" }),
      (error: unknown) => conditions.set(record.directory, { state: "failed", error: errorFacts(error) }),
    );
    return loading;
  }

  return {
    channel: (record) => load(record) as Promise<ChannelPlugin>,
    agent: (record) => load(record) as Promise<AgentPlugin>,
    condition: (record) => conditions.get(record.directory),
  };
}

function errorFacts(error: unknown): { code: string; message: string; hint?: string } {
  if (!isLoongError(error)) return { code: "PLUGIN_IMPORT_FAILED", message: "The plugin failed while it was loaded." };
  const { code, message, hint }: LoongError = error;
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
