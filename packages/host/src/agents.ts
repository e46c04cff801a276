import { join } from "node:path";
import { type Config, resolveSettings, type StatePaths } from "@loong/config";
import type { Agents } from "@loong/gateway";
import type { AgentRuntime, ModelsFeature } from "@loong/sdk";
import { hostErrors } from "./errors.ts";
import type { HostLog } from "./log/index.ts";
import type { PluginLoader } from "./plugin-loader.ts";
import type { PluginSet } from "./plugins/index.ts";
import { isPluginEnabled } from "./state.ts";

/** The agent that `agent.use` names, opened when it is first asked for. */
export interface ConfiguredAgent extends Agents {
  /** @throws HOST_AGENT_NO_MODELS, and why the agent cannot be opened. */
  models(): Promise<ModelsFeature>;
  /** From now on turns go to the agent of this config; running ones end where they began. */
  reconfigure(config: Config): void;
  close(): Promise<void>;
}

export interface AgentOptions {
  readonly config: Config;
  readonly paths: StatePaths;
  readonly plugins: PluginSet;
  readonly loader: PluginLoader;
  readonly log: HostLog;
  readonly now: () => number;
}

/** An open agent and the turns it has under way. */
interface Opened {
  readonly runtime: Promise<AgentRuntime>;
  turns: number;
  retired: boolean;
}

export function createAgent(options: AgentOptions): ConfiguredAgent {
  let { config } = options;
  let current: Opened | undefined;

  function opened(): Opened {
    if (current !== undefined) return current;
    const fresh: Opened = { runtime: openAgent(config, options), turns: 0, retired: false };
    // What was missing, a secret say, may be there at the next turn.
    fresh.runtime.catch(() => {
      if (current === fresh) current = undefined;
    });
    current = fresh;
    return fresh;
  }

  async function closeWhenIdle(agent: Opened): Promise<void> {
    if (!agent.retired || agent.turns > 0) return;
    await agent.runtime.then((runtime) => runtime.close()).catch(() => undefined);
  }

  async function retire(): Promise<void> {
    const agent = current;
    if (agent === undefined) return;
    current = undefined;
    agent.retired = true;
    await closeWhenIdle(agent);
  }

  return {
    async *run(turn, signal) {
      const agent = opened();
      agent.turns += 1;
      try {
        yield* (await agent.runtime).run(turn, signal);
      } finally {
        agent.turns -= 1;
        void closeWhenIdle(agent);
      }
    },
    async models() {
      const { models } = await opened().runtime;
      if (models === undefined) throw hostErrors.HOST_AGENT_NO_MODELS([config.agent.use]);
      return models;
    },
    reconfigure(next) {
      config = next;
      void retire();
    },
    close: retire,
  };
}

async function openAgent(config: Config, options: AgentOptions): Promise<AgentRuntime> {
  const { log, paths, now } = options;
  const record = options.plugins.agent(config.agent.use);
  const { id } = record.manifest;
  if (!isPluginEnabled(config, id)) throw hostErrors.HOST_PLUGIN_DISABLED([id]);
  const { values, secrets } = await resolveSettings(config, record.manifest);
  for (const secret of secrets) log.addSecret(secret);
  const plugin = await options.loader.agent(record);
  return plugin.open(values, { log: log.child({ channel: id }), dataDir: join(paths.dataDir, id), clock: { now } });
}
