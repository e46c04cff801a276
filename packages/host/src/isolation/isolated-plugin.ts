import type { Env } from "@loong/config";
import {
  type Channel,
  type ChannelHost,
  type FailureOutcome,
  type Inbound,
  isLoongError,
  type Logger,
  LoongError,
} from "@loong/sdk";
import type { ChannelRecord } from "../plugins/index.ts";
import { type Death, recentDeaths } from "./deaths.ts";
import { createDesk } from "./desk.ts";
import { isolationErrors } from "./errors.ts";
import type { IsolationLimits } from "./limits.ts";
import { type PluginProcess, startProcess } from "./plugin-process.ts";
import { remoteChannel, type Seat } from "./remote-channel.ts";
import { createShapes, type Shape } from "./shapes.ts";

/** A plugin in a process of its own: one for all its accounts, there while one of them is open. */
export interface IsolatedPlugin {
  /** Runs the plugin's code. @throws PLUGIN_*, ISOLATION_PROCESS_ENDED */
  load(): Promise<void>;
  /** As `ChannelPlugin.open`. @throws also as `load`, and what the plugin throws. */
  open(values: unknown, host: ChannelHost): Promise<Channel>;
  /** Why it is not started any more. */
  readonly quarantine: LoongError | undefined;
  readonly pid: number | undefined;
  /** Forgets the deaths. */
  pardon(): void;
  /** Ends the process, with whatever is still open. */
  close(): void;
}

export interface IsolatedPluginOptions {
  readonly record: ChannelRecord;
  /** The one folder that the plugin may write to. */
  readonly home: string;
  readonly limits: IsolationLimits;
  /** Of the gateway. The plugin gets what leads to the network. */
  readonly env: Env;
  /** Stands before the command of a process, as `findKeeper` gives it. */
  readonly keeper: readonly string[];
  readonly log: Logger;
  readonly now: () => number;
}

/** An account and the process it was opened in. */
interface Account {
  readonly values: unknown;
  readonly host: ChannelHost;
  openedIn?: PluginProcess | undefined;
  opening?: Promise<unknown>;
}

export function createIsolatedPlugin(options: IsolatedPluginOptions): IsolatedPlugin {
  const { record, home, limits, log, now } = options;
  const { packageName } = record;
  const { id } = record.manifest;
  const shapes = createShapes();
  const accounts = new Map<number, Account>();
  const desk = createDesk({ shapes, limits, now, log, logOf: (account) => accounts.get(account)?.host.log });
  let deaths: readonly Death[] = [];
  let quarantine: LoongError | undefined;
  let running: PluginProcess | undefined;
  let lastAccount = 0;

  /** What became of the process decides what its callers are told, and whether there will be another one. */
  function died(how: string): (begun: boolean) => LoongError {
    running = undefined;
    deaths = [...recentDeaths(deaths, now(), limits), { atMs: now(), how }];
    const isLast = deaths.length >= limits.deaths;
    const errorOf = (outcome: FailureOutcome) => (isLast ? held(how, outcome) : ended(how, outcome));
    const { message, hint = "" } = errorOf("not-sent");
    log.error(`${message} ${hint}`);
    if (isLast) quarantine = held(how, "not-sent");
    return (begun) => errorOf(begun ? "unknown" : "not-sent");
  }

  function ended(how: string, outcome: FailureOutcome): LoongError {
    return isolationErrors.ISOLATION_PROCESS_ENDED([packageName, how, id], { outcome });
  }

  function held(how: string, outcome: FailureOutcome): LoongError {
    const minutes = Math.round(limits.deathsMs / 60_000);
    return isolationErrors.PLUGIN_QUARANTINED([packageName, limits.deaths, minutes, how, id], { outcome });
  }

  async function currentProcess(): Promise<PluginProcess> {
    if (quarantine !== undefined) throw quarantine;
    running ??= begin();
    const current = running;
    await current.loaded;
    return current;
  }

  function begin(): PluginProcess {
    const started = startProcess({ ...options, calls: desk, died });
    const forget = () => {
      if (running === started) running = undefined;
    };
    started.loaded.catch(forget);
    void started.gone.then(forget);
    return started;
  }

  /** The process in which the account is open. */
  async function seated(number: number, account: Account): Promise<PluginProcess> {
    const current = await currentProcess();
    if (!accounts.has(number)) throw ended("was ended", "not-sent");
    if (account.openedIn !== current) {
      account.openedIn = current;
      const { accountId, dataDir } = account.host;
      account.opening = current.call("open", { account: number, accountId, dataDir, values: account.values });
    }
    try {
      await account.opening;
    } catch (error) {
      account.openedIn = undefined;
      throw error;
    }
    return current;
  }

  function seatOf(number: number, account: Account): Seat {
    return {
      async call<T>(method: string, params: object, shape: Shape<T>, signal?: AbortSignal): Promise<T> {
        const current = await seated(number, account).catch(notSent);
        if (signal?.aborted === true) throw isolationErrors.ISOLATION_ABORTED([method]);
        return shape(await current.call(method, { ...params, account: number }, signal));
      },
      lend: (inbound: Inbound, use) => desk.lend(inbound, use),
      leave: () => leave(number, account),
    };
  }

  async function leave(number: number, account: Account): Promise<void> {
    if (!accounts.delete(number)) return;
    const current = running;
    if (current === undefined) return;
    const isLast = accounts.size === 0;
    if (isLast) running = undefined;
    if (account.openedIn === current) await closed(current, number);
    if (isLast) await current.end();
  }

  async function closed(current: PluginProcess, number: number): Promise<void> {
    const closing = current.call("close", { account: number }).catch(() => undefined);
    await Promise.race([closing, afterMs(limits.closeMs)]);
  }

  return {
    load: async () => void (await currentProcess()),
    async open(values, host) {
      const number = ++lastAccount;
      const account: Account = { values, host };
      accounts.set(number, account);
      try {
        await seated(number, account);
        const abilities = shapes.abilities(await account.opening);
        return remoteChannel(seatOf(number, account), abilities, shapes, home);
      } catch (error) {
        await leave(number, account);
        throw error;
      }
    },
    get quarantine() {
      return quarantine;
    },
    get pid() {
      return running?.pid;
    },
    pardon() {
      quarantine = undefined;
      deaths = [];
    },
    close() {
      running?.kill();
      running = undefined;
    },
  };
}

/** Nothing was handed over to a process that is not there. */
function notSent(error: unknown): never {
  if (!isLoongError(error) || (error.outcome ?? "unknown") !== "unknown") throw error;
  const { code, message, ...facts } = LoongError.prototype.toJSON.call(error);
  throw new LoongError(code, message, { ...facts, outcome: "not-sent", cause: error });
}

function afterMs(delayMs: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, delayMs).unref());
}
