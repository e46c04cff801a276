import { type Config, findAccount } from "@loong/config";
import { type AgentProbe, isLoongError, type LoongError, problemOf, type ProbeReport } from "@loong/sdk";
import { createAccount } from "./account/account.ts";
import { createAgent } from "./agents.ts";
import { hostErrors } from "./errors.ts";
import { type HostLog, openLog } from "./log/index.ts";
import { createPluginLoader } from "./plugin-loader.ts";
import type { HostState } from "./state.ts";

/** A config that need not be what the file says, and what surrounds it. */
export interface TrialOptions extends HostState {
  readonly now: () => number;
}

const TIMEOUT_MS = 30_000;

/**
 * Asks the platform whether an account of this config would work. What goes wrong is a problem of the report.
 * @throws CONFIG_NO_CHANNEL, CONFIG_NO_ACCOUNT, PLUGIN_NOT_FOUND
 */
export async function tryAccount(options: TrialOptions, channel: string, id: string): Promise<ProbeReport> {
  const { config, paths, plugins, now } = options;
  const account = findAccount(config, channel, id);
  const record = plugins.channel(account.channel);
  return withLog(options, async (log) => {
    const loader = createPluginLoader({ paths, config: () => config, log, now });
    const opened = createAccount(config, account, record, { paths, log, now, load: loader.channel });
    try {
      return await opened.probe(AbortSignal.timeout(TIMEOUT_MS));
    } finally {
      await opened.forget();
      loader.close();
    }
  });
}

/** Asks the provider of this config's agent whether it would answer; `undefined` when the agent has no provider to ask. */
export async function tryAgent(options: TrialOptions): Promise<AgentProbe | undefined> {
  return withLog(options, async (log) => {
    const agent = createAgent({
      ...options,
      log,
      loader: createPluginLoader({ ...options, config: () => options.config, log }),
    });
    try {
      return await (await agent.models()).probe(AbortSignal.timeout(TIMEOUT_MS));
    } catch (error) {
      if (isLoongError(error) && error.code === "HOST_AGENT_NO_MODELS") return undefined;
      return { ok: false, providerId: "", providerKind: "", problems: [problemOf(coded(error, options.config))] };
    } finally {
      await agent.close();
    }
  });
}

async function withLog<T>({ config, paths, now }: TrialOptions, use: (log: HostLog) => Promise<T>): Promise<T> {
  const log = openLog({ dir: paths.logsDir, level: config.log.level, verbose: false, stderr: false, now });
  try {
    return await use(log);
  } finally {
    await log.close();
  }
}

function coded(error: unknown, { agent }: Config): LoongError {
  if (isLoongError(error)) return error;
  return hostErrors.HOST_PROBE_FAILED([agent.use, error instanceof Error ? error.name : typeof error]);
}
