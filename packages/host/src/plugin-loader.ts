import { join } from "node:path";
import type { Config, StatePaths } from "@loong/config";
import type { AgentPlugin, Channel, ChannelHost, ChannelPlugin } from "@loong/sdk";
import { isLoongError, problemOf } from "@loong/sdk";
import type { IsolatedPlugin } from "./isolation/isolated-plugin.ts";
import { type IsolationLimits, isolationLimits } from "./isolation/limits.ts";
import { isolationOf } from "./isolation/mode.ts";
import type { HostLog } from "./log/index.ts";
import {
  type AgentRecord,
  type ChannelRecord,
  loadPlugin,
  type PluginCondition,
  type PluginRecord,
} from "./plugins/index.ts";

/** A channel plugin, wherever its code runs. */
export interface LoadedChannel {
  /** As `ChannelPlugin.open`; a plugin in another process needs a moment. */
  open(account: unknown, host: ChannelHost): Channel | Promise<Channel>;
}

/** Loads each plugin once, when it is first needed, and remembers how that went. */
export interface PluginLoader {
  readonly channel: (record: ChannelRecord) => Promise<LoadedChannel>;
  readonly agent: (record: AgentRecord) => Promise<AgentPlugin>;
  condition(record: PluginRecord): PluginCondition | undefined;
  /** Ids of plugins that died too often. */
  held(): readonly string[];
  /** Lets them run again. */
  pardon(ids: readonly string[]): void;
  /** Ends the processes of plugins. */
  close(): void;
}

export interface LoaderOptions {
  readonly paths: Pick<StatePaths, "cacheDir" | "dataDir">;
  readonly config: () => Config;
  readonly log: HostLog;
  readonly now: () => number;
  /** Where they differ from those that hold everywhere. */
  readonly isolation?: Partial<IsolationLimits>;
}

export function createPluginLoader(options: LoaderOptions): PluginLoader {
  const { paths, config, log, now } = options;
  const { cacheDir, dataDir } = paths;
  const limits = { ...isolationLimits, ...options.isolation };
  const loads = new Map<PluginRecord, Promise<ChannelPlugin | AgentPlugin>>();
  const processes = new Map<PluginRecord, Promise<IsolatedPlugin>>();
  const apart = new Map<PluginRecord, IsolatedPlugin>();
  const conditions = new Map<PluginRecord, PluginCondition>();
  let keeping: Promise<readonly string[]> | undefined;

  function remember<T>(record: PluginRecord, loading: Promise<T>): Promise<T> {
    loading.then(
      () => conditions.set(record, { state: "loaded" }),
      (error: unknown) => conditions.set(record, { state: "failed", error: errorFacts(error) }),
    );
    return loading;
  }

  function inline(record: PluginRecord): Promise<ChannelPlugin | AgentPlugin> {
    const known = loads.get(record);
    if (known !== undefined) return known;
    const loading = remember(record, loadPlugin(record, { cacheDir }));
    loads.set(record, loading);
    return loading;
  }

  async function prepare(record: ChannelRecord): Promise<IsolatedPlugin> {
    const { id } = record.manifest;
    const { env } = config().source.parts;
    const { createIsolatedPlugin } = await import("./isolation/isolated-plugin.ts");
    const { findKeeper } = await import("./isolation/keeper.ts");
    const keeper = await (keeping ??= findKeeper(env));
    const home = join(dataDir, id);
    const plugin = createIsolatedPlugin({ record, home, limits, env, keeper, now, log: log.child({ channel: id }) });
    apart.set(record, plugin);
    return plugin;
  }

  async function inProcess(record: ChannelRecord): Promise<LoadedChannel> {
    const preparing = processes.get(record) ?? prepare(record);
    processes.set(record, preparing);
    const plugin = await preparing;
    await remember(record, plugin.load());
    return plugin;
  }

  return {
    channel: (record) =>
      isolationOf(record, config()) === "process" ? inProcess(record) : (inline(record) as Promise<ChannelPlugin>),
    agent: (record) => inline(record) as Promise<AgentPlugin>,
    condition(record) {
      const { quarantine, pid } = apart.get(record) ?? {};
      const known = conditions.get(record);
      if (quarantine !== undefined) return { state: "failed", error: errorFacts(quarantine) };
      return known && { ...known, ...(pid === undefined ? {} : { pid }) };
    },
    held: () => [...apart].flatMap(([{ manifest }, { quarantine }]) => (quarantine === undefined ? [] : [manifest.id])),
    pardon(ids) {
      for (const [{ manifest }, plugin] of apart) if (ids.includes(manifest.id)) plugin.pardon();
    },
    close() {
      for (const plugin of apart.values()) plugin.close();
    },
  };
}

function errorFacts(error: unknown): { code: string; message: string; hint?: string } {
  if (!isLoongError(error)) return { code: "PLUGIN_IMPORT_FAILED", message: "The plugin failed while it was loaded." };
  return problemOf(error);
}
