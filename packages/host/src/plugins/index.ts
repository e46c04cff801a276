export { discoverPlugins, type DiscoverOptions, type Discovery } from "./discover.ts";
export { createLivePlugins, type LivePlugins, type PluginChange, type PluginChanges } from "./live.ts";
export { loadPlugin, type LoadOptions } from "./load.ts";
export {
  type AgentRecord,
  type ChannelRecord,
  isAgentRecord,
  isChannelRecord,
  type PluginFailure,
  type PluginRecord,
  type PluginSource,
} from "./record.ts";
export { brokenPlugin, createPluginSet, type PluginCondition, type PluginSet } from "./set.ts";
