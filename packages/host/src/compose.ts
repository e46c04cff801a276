import { flushCompileCache } from "node:module";
import { type Config, rememberGood } from "@loong/config";
import { createGateway, defaultSettings, type Gateway, type GatewaySettings } from "@loong/gateway";
import { openSqliteJournal } from "@loong/journal/sqlite";
import type { LoongError } from "@loong/sdk";
import { createAccounts } from "./accounts.ts";
import { createAgent } from "./agents.ts";
import { systemClock } from "./clock.ts";
import { controlHandlers } from "./control-handlers.ts";
import { serveControl, type StopReply } from "./control/index.ts";
import { withReserve } from "./disk/journal.ts";
import { keepDiskReserve, reserveFileOf } from "./disk/reserve.ts";
import { hostErrors } from "./errors.ts";
import { formatBind } from "./http/bind.ts";
import { openHttp } from "./http/server.ts";
import { type HostLog, openLog } from "./log/index.ts";
import { startMaintenance } from "./maintenance.ts";
import { takeOwnership } from "./owner/index.ts";
import { planStart } from "./plan-start.ts";
import { createPluginLoader } from "./plugin-loader.ts";
import { createLivePlugins } from "./plugins/index.ts";
import { guardProcess } from "./process-guard.ts";
import { secureRandom } from "./random.ts";
import { watchConfig } from "./reload.ts";
import type { RunGatewayOptions } from "./run-options.ts";
import { shutDown } from "./shutdown.ts";
import { crashFileOf } from "./safe-mode/crashes.ts";
import { readThrough } from "./safe-mode/read-through.ts";
import { considerSafeMode } from "./safe-mode/safe-mode.ts";
import { reportStart } from "./start-report.ts";
import { gatewayStatus } from "./status.ts";
import { supervisorErrors } from "./supervisor/errors.ts";
import { watchForSleep } from "./supervisor/wake.ts";

/** Why the gateway is to end, and whether its process is to start another one. */
export interface StopRequest {
  readonly reason: string;
  readonly restart: boolean;
}

/** A gateway that runs. */
export interface Composition {
  readonly log: HostLog;
  readonly chat: Gateway["chat"];
  /** Resolves when somebody asks the gateway to end. */
  readonly stopRequested: Promise<StopRequest>;
  readonly requestStop: (reason: string) => void;
  /** Ends everything in order. A second call does nothing. */
  readonly stop: (reason: string) => Promise<void>;
}

/**
 * The composition root: every concrete thing is chosen here, and read from top to bottom this is the story of a start.
 * What fails half way is undone in the opposite order.
 */
export async function compose(options: RunGatewayOptions): Promise<Composition> {
  const { now, verbose = false, session } = options;

  // What is wanted: nothing is locked or opened before it is known to make sense.
  const { paths, selected, ...read } = await planStart(options);
  const plugins = createLivePlugins(read.plugins);
  let { config } = read;

  // The process: its log, and the right to be the one gateway of this state directory.
  await using undo = new AsyncDisposableStack();
  const { stderr } = options.terminal;
  const log = openLog({ dir: paths.logsDir, level: config.log.level, verbose, stderr: true, now }, stderr);
  undo.defer(() => log.close());
  const ownership = await takeOwnership(paths, {
    mode: session === undefined ? "headless" : "attached",
    session: session ?? null,
    version: options.version,
    configPath: config.file.path,
    startedAtMs: now(),
    logFile: log.file,
  });
  undo.defer(() => ownership.release({ phase: "failed", stoppedAtMs: now(), shutdownReason: "the start failed" }));

  const crashFile = crashFileOf(paths);
  const { last } = ownership;
  const safeMode = considerSafeMode({ crashFile, last, refused: options.noSafeMode ?? false, nowMs: now() });

  // The core and what it needs from outside.
  const clock = systemClock(now);
  const random = secureRandom;
  const stored = await openSqliteJournal({ file: paths.journalFile, now });
  undo.defer(() => stored.close());
  for (const { message } of stored.warnings) log.warn(message);
  const reserve = keepDiskReserve({ file: reserveFileOf(paths), clock, log });
  undo.defer(() => reserve.close());
  const journal = withReserve(stored, reserve, log, () => maintenance.prune());
  const maintenance = startMaintenance({ journal, retention: () => config.gateway, clock, log });
  undo.defer(() => maintenance.close());
  const loader = createPluginLoader({ ...options, paths, config: () => config, log });
  undo.defer(() => loader.close());
  const agent = createAgent({ config, paths, plugins, loader, log, now });
  undo.defer(() => agent.close());
  const opening = { paths, log, now, load: loader.channel };
  const accounts = createAccounts({ config, plugins, clock, random, ...opening });
  undo.defer(() => accounts.close());
  const gateway = createGateway({ journal, channels: accounts, agents: agent, clock, random, log }, settingsOf(config));

  // The ways in: health and webhooks over TCP, the operator's commands over a socket.
  const stopRequest = Promise.withResolvers<StopRequest>();
  const requestStop = (reason: string, restart = false) => stopRequest.resolve({ reason, restart });
  const parts = { paths, config: () => config, plugins, loader, ownership, accounts, gateway, journal, safeMode, now };
  const status = () => gatewayStatus(parts);
  const metricsToken = options.env["LOONG_METRICS_TOKEN"];
  const http = await openHttp({
    host: config.gateway.bind,
    port: options.port ?? config.gateway.port,
    status,
    ...(metricsToken ? { metricsToken } : {}),
  });
  undo.defer(() => http.close(0));
  // Until the accounts have their places, a call may be for one of them.
  const beforeAll = http.place();
  if (safeMode.reason !== undefined) gateway.hold();
  const { poisoned } = await gateway.start();
  if (safeMode.reason !== undefined && poisoned > 0) {
    log.warn("the crashes are put down to messages that are given up: everything is served", { messages: poisoned });
    safeMode.excuse();
    gateway.letGo();
  }
  if (safeMode.reason !== undefined) log.error(`${safeMode.reason.message} ${safeMode.reason.hint}`);
  const serving = Promise.withResolvers<void>();
  const reloader = watchConfig({
    ...parts,
    options,
    agent,
    log,
    serving: serving.promise,
    changed: (next) => {
      config = next;
    },
  });
  undo.defer(() => reloader.close());
  const isStopping = () => ownership.facts.phase === "stopping";
  const handlers = controlHandlers({
    ...parts,
    status,
    stop: () => answerStop(isStopping(), requestStop),
    restart: () => answerRestart(isStopping(), options, requestStop),
    pluginsReload: ({ again }) => reloader.plugins(again),
    resume: async () => {
      if (!safeMode.leave()) return { outcome: "not-held" };
      log.info("safe mode was left with `loong gateway resume`");
      gateway.letGo();
      accounts.resume();
      return { outcome: "resumed" };
    },
  });
  const control = await serveControl({ paths, ownership, handlers, log });
  undo.defer(() => control.close());

  reportStart({ ...parts, log, options, selected, bind: http.bind });
  const unguard = guardProcess({ log, crashFile, now });
  undo.defer(unguard);

  // The accounts connect one beside the other, each at its own pace.
  accounts.serve(selected, {
    http,
    inbound: (channel, account) => gateway.inbound(channel, account),
    recovered(channel, account) {
      gateway.accountChanged(channel, account);
      // Node writes what it has compiled when it ends: a process that is killed would leave the next one to compile it all.
      flushCompileCache();
    },
    held: () => safeMode.reason,
  });
  beforeAll.none();
  serving.resolve();
  await ownership.update({
    phase: "running",
    address: formatBind(http.bind),
    port: http.bind.port,
    socketPath: control.socketPath,
  });
  await rememberGood(config).catch((error: unknown) => log.warn("the config was not copied", { error: String(error) }));
  const woke = (gapMs: number) => accounts.renew(supervisorErrors.GATEWAY_SLEPT([Math.round(gapMs / 1_000)]));
  const sleepWatch = watchForSleep({ clock, log, woke });
  const reading = readThrough({ journal: stored, log, damaged: enterSafeMode });
  undo.move();

  function enterSafeMode(reason: LoongError): void {
    safeMode.enter(reason);
    log.error(`${reason.message} ${reason.hint}`);
    gateway.hold();
    accounts.pause(reason);
  }

  const stop = once(async (reason: string) => {
    reading.close();
    reloader.close();
    maintenance.close();
    reserve.close();
    sleepWatch.close();
    const budgetMs = config.gateway.drainTimeoutMs;
    await shutDown(
      { http, accounts, gateway, agent, loader, journal, control, ownership, log, clock },
      reason,
      budgetMs,
    );
    unguard();
  });
  return { log, stopRequested: stopRequest.promise, requestStop, stop, chat: (...turn) => gateway.chat(...turn) };
}

function settingsOf({ agent, gateway: { messagesPerMinute } }: Config): GatewaySettings {
  const { systemPrompt, historyMessages, turnTimeoutMs, maxConcurrentTurns } = agent;
  const own = { historyMessages, turnTimeoutMs, maxConcurrentTurns };
  return {
    ...defaultSettings,
    ...own,
    ...(messagesPerMinute === 0 ? {} : { messagesPerMinute }),
    ...(systemPrompt === undefined ? {} : { systemPrompt }),
  };
}

async function answerStop(isStopping: boolean, requestStop: (reason: string) => void): Promise<StopReply> {
  if (isStopping) return { outcome: "already-requested" };
  requestStop("stopped with `loong gateway stop`");
  return { outcome: "requested" };
}

/** What would keep the next start from succeeding is said while there is still a gateway to say it. */
async function answerRestart(
  isStopping: boolean,
  options: RunGatewayOptions,
  requestStop: (reason: string, restart: boolean) => void,
): Promise<StopReply> {
  if (options.restartable !== true) throw hostErrors.GATEWAY_RESTART_UNSUPPORTED([]);
  if (isStopping) return { outcome: "already-requested" };
  await planStart(options);
  requestStop("restarted with `loong gateway restart`", true);
  return { outcome: "requested" };
}

function once<Argument, Result>(run: (argument: Argument) => Result): (argument: Argument) => Result {
  let result: { readonly value: Result } | undefined;
  return (argument) => {
    result ??= { value: run(argument) };
    return result.value;
  };
}
