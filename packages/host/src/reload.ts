import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Config, readConfig, rememberGood, type StatePaths } from "@loong/config";
import { isLoongError } from "@loong/sdk";
import type { Accounts } from "./accounts.ts";
import type { ConfiguredAgent } from "./agents.ts";
import { fileFault } from "./config-fitness.ts";
import type { HostLog } from "./log/index.ts";
import type { PluginSet } from "./plugins/index.ts";
import type { RunGatewayOptions } from "./run-options.ts";
import { selectAccounts } from "./selection/select.ts";
import { reportProblems } from "./start-report.ts";

export interface ReloadOptions {
  readonly config: () => Config;
  /** The config that holds from now on. */
  readonly changed: (config: Config) => void;
  readonly paths: StatePaths;
  readonly plugins: PluginSet;
  readonly accounts: Accounts;
  readonly agent: ConfiguredAgent;
  readonly log: HostLog;
  readonly options: RunGatewayOptions;
}

/** An editor writes a file in several steps. */
const SETTLE_MS = 300;

/** Takes over changes of the config file while the gateway runs: accounts at once, the rest with a word about a restart. */
export function watchConfig(options: ReloadOptions): { close(): void } {
  const { log } = options;
  const { path } = options.config().file;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  function reloadSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(() => reload(options)).catch((error: unknown) => report(log, error));
    }, SETTLE_MS);
    timer.unref();
  }

  const watcher = watchFile(path, reloadSoon, log);
  // What changed between the first reading and now was seen by nobody.
  reloadSoon();
  return {
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

async function reload({ paths, plugins, options, log, ...running }: ReloadOptions): Promise<void> {
  const before = running.config();
  const next = await readConfig({ paths, env: options.env, manifests: plugins.manifests() });
  if (next.source.parts.text === before.source.parts.text && before.file.exists === next.file.exists) return;
  const fault = fileFault(next);
  if (fault !== undefined) {
    log.error(`the changed config is not used: ${fault.message} ${fault.hint}`, { file: fault.file, line: fault.line });
    return;
  }
  const selected = selectAccounts(next, plugins, options);
  running.changed(next);
  const changed = await running.accounts.reconfigure(next, selected);
  running.agent.reconfigure(next);
  await rememberGood(next);
  log.info("the config was read again", { accounts: changed.join(" ") || "none changed" });
  reportProblems(log, next);
  for (const key of needsRestart(before, next)) log.warn(`${key} changed: it holds after \`loong gateway restart\``);
}

function needsRestart(before: Config, next: Config): readonly string[] {
  const agentKeys = ["systemPrompt", "historyMessages", "turnTimeoutMs", "maxConcurrentTurns"] as const;
  return [
    ...(["port", "bind"] as const)
      .filter((key) => before.gateway[key] !== next.gateway[key])
      .map((key) => `gateway.${key}`),
    ...agentKeys.filter((key) => before.agent[key] !== next.agent[key]).map((key) => `agent.${key}`),
    ...(isDeepStrictEqual(before.plugins, next.plugins) ? [] : ["plugins"]),
    ...(before.log.level === next.log.level ? [] : ["log.level"]),
  ];
}

function report(log: HostLog, error: unknown): void {
  const text = isLoongError(error) ? `${error.message} ${error.hint ?? ""}` : String(error);
  log.error(`the changed config is not used: ${text}`);
}
