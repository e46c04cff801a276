import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { PluginsReport } from "@loong/api";
import { type Config, readConfig, rememberGood, type StatePaths } from "@loong/config";
import { isLoongError } from "@loong/sdk";
import { fingerprintOf } from "./account/fingerprint.ts";
import type { Accounts } from "./accounts.ts";
import type { ConfiguredAgent } from "./agents.ts";
import { configFault, requireUsableConfig } from "./config-fitness.ts";
import { isolationOf } from "./isolation/mode.ts";
import type { HostLog } from "./log/index.ts";
import type { PluginLoader } from "./plugin-loader.ts";
import type { LivePlugins, PluginChange } from "./plugins/index.ts";
import type { RunGatewayOptions } from "./run-options.ts";
import { selectAccounts } from "./selection/select.ts";
import { reportProblems } from "./start-report.ts";
import { readState } from "./state.ts";

export interface ReloadOptions {
  readonly config: () => Config;
  /** The config that holds from now on. */
  readonly changed: (config: Config) => void;
  readonly paths: StatePaths;
  readonly plugins: LivePlugins;
  readonly loader: PluginLoader;
  readonly accounts: Accounts;
  readonly agent: ConfiguredAgent;
  readonly log: HostLog;
  readonly options: RunGatewayOptions;
  /** Resolves when the accounts of the first config are served: before that nothing is changed under them. */
  readonly serving: Promise<void>;
}

/** Takes over what changes while the gateway runs. */
export interface Reloader {
  /**
   * Looks again which plugins there are.
   * @param again - A plugin that may run again although it died too often.
   * @throws GATEWAY_CONFIG_UNUSABLE, and as `selectAccounts` when an account that was to be served lost its plugin.
   */
  plugins(again?: string): Promise<PluginsReport>;
  close(): void;
}

/** An editor writes a file in several steps. */
const SETTLE_MS = 300;

/** Watches the config file: accounts are taken over at once, the rest with a word about a restart. */
export function watchConfig(options: ReloadOptions): Reloader {
  const { log } = options;
  const { path } = options.config().file;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = options.serving;

  /** One after the other: each begins with what the one before it left. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = running.then(work);
    running = result.catch(() => undefined);
    return result;
  }

  function reloadSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      inTurn(() => reloadConfig(options)).catch((error: unknown) => report(log, error));
    }, SETTLE_MS);
    timer.unref();
  }

  const watcher = watchFile(path, reloadSoon, log);
  // What changed between the first reading and now was seen by nobody.
  reloadSoon();
  return {
    plugins: (again) => inTurn(() => reloadPlugins(options, again)),
    close() {
      clearTimeout(timer);
      watcher?.close();
    },
  };
}

/** Watches the folder: a file that is replaced by renaming is not the file that was watched. */
function watchFile(path: string, changed: () => void, log: HostLog): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === null || name === basename(path)) changed();
    });
    watcher.on("error", (error) => log.warn("the config file is no longer watched", { error: error.message }));
    return watcher;
  } catch (error) {
    log.warn("the config file is not watched: changes need a restart", { error: String(error) });
    return undefined;
  }
}

async function reloadConfig(options: ReloadOptions): Promise<void> {
  const { log } = options;
  const before = options.config();
  const next = await readAgain(options);
  if (next.source.parts.text === before.source.parts.text && before.file.exists === next.file.exists) return;
  const fault = configFault(next);
  if (fault !== undefined) {
    log.error(`the changed config is not used: ${fault.message} ${fault.hint}`, { file: fault.file, line: fault.line });
    return;
  }
  if (!isDeepStrictEqual(before.plugins.paths, next.plugins.paths)) {
    await reloadPlugins(options);
    return;
  }
  const accounts = await takeOver(options, next);
  options.agent.reconfigure(next);
  log.info("the config was read again", { accounts: accounts.join(" ") || "none changed" });
}

async function reloadPlugins(options: ReloadOptions, again?: string): Promise<PluginsReport> {
  const { agent, loader, log, plugins } = options;
  const before = options.config();
  const found = await readState(options.options);
  requireUsableConfig(found.config);
  const agentBefore = plugins.agents().find(({ manifest }) => manifest.id === before.agent.use);
  const { kept, ...changes } = plugins.take(found.plugins, (change) => mayReplace(change, loader, before));
  const next = await readAgain(options);
  const accounts = await takeOver(options, next, again);
  const agentAfter = plugins.agents().find(({ manifest }) => manifest.id === next.agent.use);
  if (agentAfter !== agentBefore || before.source.parts.text !== next.source.parts.text) agent.reconfigure(next);
  log.info("the plugins were looked at again", {
    ...Object.fromEntries(Object.entries(changes).map(([change, ids]) => [change, ids.join(" ") || "none"])),
    accounts: accounts.join(" ") || "none changed",
  });
  for (const id of kept)
    log.warn(`${id} was replaced while it is loaded: the new one is used after \`loong gateway restart\``);
  const { added, removed, replaced } = changes;
  return {
    added: [...added],
    removed: [...removed],
    replaced: [...replaced],
    needsRestart: [...kept],
    accounts: [...accounts],
  };
}

/** Node keeps a module it has loaded for as long as the process lives, under the path it was loaded from. */
function mayReplace({ before, moved }: PluginChange, loader: PluginLoader, config: Config): boolean {
  return moved || isolationOf(before, config) === "process" || loader.condition(before) === undefined;
}

function readAgain({ options, plugins, ...running }: ReloadOptions): Promise<Config> {
  return readConfig({ paths: running.paths, env: options.env, manifests: plugins.manifests() });
}

/** @returns The accounts that changed, as `"<channel>/<account>"`. */
async function takeOver(
  { accounts, log, options, plugins, ...running }: ReloadOptions,
  next: Config,
  again?: string,
): Promise<readonly string[]> {
  const before = running.config();
  const selected = selectAccounts(next, plugins, options);
  running.changed(next);
  const pardoned: string[] = [];
  for (const id of running.loader.held()) if (id === again || (await isTouched(id, before, next))) pardoned.push(id);
  running.loader.pardon(pardoned);
  const changed = await accounts.reconfigure(next, selected, pardoned);
  await rememberGood(next);
  reportProblems(log, next);
  for (const key of needsRestart(before, next)) log.warn(`${key} changed: it holds after \`loong gateway restart\``);
  return changed;
}

/** Whether accounts of this channel would be opened with other values than before, or were switched. */
async function isTouched(channel: string, before: Config, next: Config): Promise<boolean> {
  const printsOf = (config: Config) =>
    Promise.all(
      config.accounts
        .filter((account) => account.channel === channel)
        .map(async (account) => [account.id, account.enabled, await fingerprintOf(config, account)]),
    );
  return !isDeepStrictEqual(await printsOf(before), await printsOf(next));
}

function needsRestart(before: Config, next: Config): readonly string[] {
  const agentKeys = ["systemPrompt", "historyMessages", "turnTimeoutMs", "maxConcurrentTurns"] as const;
  return [
    ...(["port", "bind", "publicUrl", "messagesPerMinute"] as const)
      .filter((key) => before.gateway[key] !== next.gateway[key])
      .map((key) => `gateway.${key}`),
    ...agentKeys.filter((key) => before.agent[key] !== next.agent[key]).map((key) => `agent.${key}`),
    ...(before.log.level === next.log.level ? [] : ["log.level"]),
  ];
}

function report(log: HostLog, error: unknown): void {
  const text = isLoongError(error) ? `${error.message} ${error.hint ?? ""}` : String(error);
  log.error(`the changed config is not used: ${text}`);
}
