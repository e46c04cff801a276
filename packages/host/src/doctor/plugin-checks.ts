import type { PluginLoader } from "../plugin-loader.ts";
import { isAgentRecord, isChannelRecord, type PluginRecord } from "../plugins/index.ts";
import { isPluginEnabled, type HostState } from "../state.ts";
import { type Check, fail, failedBy, ok, warn } from "./check.ts";

/** Packages that are no usable plugins, and whether the code of those that are used can be loaded. */
export async function checkPlugins(state: HostState, loader: PluginLoader): Promise<readonly Check[]> {
  const broken = state.plugins.failures.map(({ packageName, severity, message, hint }) =>
    (severity === "error" ? fail : warn)(`plugin.${packageName}`, message, hint),
  );
  const loaded = await Promise.all(usedPlugins(state).map((record) => checkLoad(record, loader)));
  return [...broken, ...loaded];
}

function usedPlugins({ config, plugins }: HostState): readonly PluginRecord[] {
  const channels = new Set(config.accounts.filter(({ enabled }) => enabled).map(({ channel }) => channel));
  return plugins.records.filter((record) => {
    const { id } = record.manifest;
    if (!isPluginEnabled(config, id)) return false;
    return isChannelRecord(record) ? channels.has(id) : id === config.agent.use;
  });
}

async function checkLoad(record: PluginRecord, loader: PluginLoader): Promise<Check> {
  const id = `plugin.${record.manifest.id}`;
  try {
    if (isChannelRecord(record)) await loader.channel(record);
    else if (isAgentRecord(record)) await loader.agent(record);
    return ok(id, `${record.packageName} ${record.version}`);
  } catch (error) {
    return failedBy(id, error);
  }
}
