import type { AccountReport, ProbeRequest, Surface } from "@loong/api";
import type { AccountConfig, Config } from "@loong/config";
import type { AccountInbound, Channels, Clock } from "@loong/gateway";
import { isLoongError, type LoongError } from "@loong/sdk";
import { type Account, createAccount } from "./account/account.ts";
import { fingerprintOf } from "./account/fingerprint.ts";
import { accountReport } from "./account/report.ts";
import { type Serving, serveAccount } from "./account/serving.ts";
import { hostErrors } from "./errors.ts";
import type { HttpSurface } from "./http/server.ts";
import { accountLog, type OpeningOptions } from "./open-account.ts";
import { isChannelRecord, type PluginSet } from "./plugins/index.ts";

/** Every enabled account of one gateway: those that are served, and those that only send when asked to. */
export interface Accounts extends Channels {
  /** Begins to serve `selected`. Returns at once; how it goes is in `surfaces`. */
  serve(selected: readonly AccountConfig[], world: ServingWorld): void;
  /** Ends what runs, for the reason that holds it from now on. */
  pause(held: LoongError): void;
  /** Serves what was held: nothing holds it any more. */
  resume(): void;
  /** Connects anew whatever may be dead without knowing it. */
  renew(error: unknown): void;
  /**
   * Takes over a changed config: only accounts whose values or plugin changed, and those of the channels in `again`, are
   * opened anew. Gives their names.
   */
  reconfigure(
    config: Config,
    selected: readonly AccountConfig[],
    again?: readonly string[],
  ): Promise<readonly string[]>;
  /** What the plugin advised when sending last failed with this code. */
  adviceOn(channel: string, account: string, code: string): string | undefined;
  surfaces(): readonly Surface[];
  /** Every served account can receive. */
  ready(): boolean;
  readyCount(): number;
  probe(filter: ProbeRequest, signal: AbortSignal): Promise<AccountReport[]>;
  /** Receives nothing more. Sending still works. */
  stopServing(graceMs: number): Promise<void>;
  close(): Promise<void>;
}

interface ServingWorld {
  readonly http: HttpSurface;
  readonly inbound: (channel: string, account: string) => AccountInbound;
  readonly recovered: (channel: string, account: string) => void;
  /** Why no account is opened, although all are shown; `undefined` when they are. */
  readonly held: () => LoongError | undefined;
}

export interface AccountsOptions extends OpeningOptions {
  readonly config: Config;
  readonly plugins: PluginSet;
  readonly clock: Clock;
  readonly random: () => number;
}

interface Entry {
  readonly account: Account;
  serving?: Serving;
  /** The journal keeps what happened; what to do about it is kept here, for whoever waits for the send. */
  lastFailure?: LoongError;
}

const STOP_ONE_MS = 2_000;

export function createAccounts(options: AccountsOptions): Accounts {
  const { plugins, clock, random, log } = options;
  let config = options.config;
  let world: ServingWorld | undefined;
  /** By channel, then by account: looked up for every message. */
  const entries = new Map<string, Map<string, Entry>>();
  for (const account of enabledAccounts(config)) admit(account);

  function find(channel: string, account: string): Entry | undefined {
    return entries.get(channel)?.get(account);
  }

  function all(): readonly Entry[] {
    return [...entries.values()].flatMap((accounts) => [...accounts.values()]);
  }

  function servings(): readonly Serving[] {
    return all().flatMap(({ serving }) => (serving === undefined ? [] : [serving]));
  }

  /** @returns `undefined` when no plugin answers for the channel any more. */
  function admit(wanted: AccountConfig): Entry | undefined {
    const record = plugins.find(wanted.channel);
    if (record === undefined || !isChannelRecord(record)) return undefined;
    const entry = { account: createAccount(config, wanted, record, options) };
    const siblings = entries.get(wanted.channel) ?? new Map<string, Entry>();
    entries.set(wanted.channel, siblings.set(wanted.id, entry));
    return entry;
  }

  /** Its place among the webhooks is kept from now on; it is served once it is started. */
  function prepareServing(entry: Entry): Serving | undefined {
    if (world === undefined) return undefined;
    const { http, inbound, recovered, held } = world;
    const { channel, id } = entry.account.config;
    return (entry.serving = serveAccount(entry.account, {
      inbound: inbound(channel, id),
      http,
      clock,
      random,
      log: accountLog(log, entry.account.config),
      recovered: () => recovered(channel, id),
      held,
    }));
  }

  async function remove(entry: Entry): Promise<void> {
    const { channel, id } = entry.account.config;
    entries.get(channel)?.delete(id);
    await retire(entry);
  }

  async function retire({ account, serving }: Entry): Promise<void> {
    await serving?.stop(STOP_ONE_MS);
    await account.forget();
  }

  /** Brings one account in line with the new config and plugins. `true` when it had to be opened anew. */
  async function settle(
    before: Config,
    wanted: AccountConfig,
    isServed: boolean,
    again: readonly string[],
  ): Promise<boolean> {
    const entry = find(wanted.channel, wanted.id);
    const isSameCode = entry?.account.record === plugins.find(wanted.channel) && !again.includes(wanted.channel);
    if (entry !== undefined && isSameCode && (entry.serving !== undefined) === isServed) {
      const [was, is] = await Promise.all([fingerprintOf(before, entry.account.config), fingerprintOf(config, wanted)]);
      if (was === is) {
        entry.account.update(wanted);
        return false;
      }
    }
    // The new one takes the place at once: to what waits in the queues the account was never gone.
    const fresh = admit(wanted);
    const serving = fresh !== undefined && isServed ? prepareServing(fresh) : undefined;
    if (entry !== undefined) await retire(entry);
    serving?.start();
    return true;
  }

  return {
    facts: (channel, account) => find(channel, account)?.account.facts,

    async send(channel, id, message, signal) {
      const entry = find(channel, id);
      if (entry === undefined) throw hostErrors.HOST_ACCOUNT_GONE([channel, id]);
      const { account, serving } = entry;
      try {
        // The credentials are known to be bad until the supervisor has seen otherwise: no call for each waiting message.
        if (serving?.link.state === "BAD_CREDENTIALS") throw hostErrors.HOST_ACCOUNT_REFUSED([channel, id]);
        return await account.send(message, signal);
      } catch (error) {
        if (isLoongError(error)) entry.lastFailure = error;
        if (isLoongError(error) && error.outcome === "bad-credentials") {
          if (serving === undefined) await account.forget();
          else serving.fail(error);
        }
        throw error;
      }
    },
    startTyping: (channel, id, at, signal) => find(channel, id)?.account.opened?.channel.typing?.start(at, signal),
    stream: (channel, id) => find(channel, id)?.account.opened?.channel.stream,
    async stopTyping(channel, id, handle, signal) {
      await find(channel, id)?.account.opened?.channel.typing?.stop(handle, signal);
    },

    serve(selected, startedWorld) {
      world = startedWorld;
      for (const entry of all()) if (selected.includes(entry.account.config)) prepareServing(entry)?.start();
    },
    pause(held) {
      for (const serving of servings()) serving.fail(held);
    },
    resume() {
      for (const serving of servings()) serving.start();
    },
    renew(error) {
      for (const serving of servings()) serving.renew(error);
    },
    async reconfigure(next, selected, again = []) {
      const before = config;
      config = next;
      const wanted = enabledAccounts(next);
      const changed: string[] = [];
      for (const entry of all()) {
        const { channel, id } = entry.account.config;
        if (wanted.some((account) => account.channel === channel && account.id === id)) continue;
        await remove(entry);
        changed.push(`${channel}/${id}`);
      }
      for (const account of wanted) {
        const isServed = selected.includes(account);
        if (await settle(before, account, isServed, again)) changed.push(`${account.channel}/${account.id}`);
      }
      return changed;
    },
    adviceOn(channel, account, code) {
      const failure = find(channel, account)?.lastFailure;
      return failure?.code === code ? failure.hint : undefined;
    },
    surfaces: () => servings().map((serving) => serving.surface()),
    ready: () => servings().every((serving) => serving.ready),
    readyCount: () => servings().filter((serving) => serving.ready).length,
    probe: (filter, signal) =>
      Promise.all(
        all()
          .filter(
            ({
              account: {
                config: { channel, id },
              },
            }) => matches(channel, id, filter),
          )
          .map(async ({ account, serving }) => {
            const probe = await account.probe(signal);
            return accountReport(account.config, account.record, {
              probe,
              ...(serving && { state: serving.link.state }),
            });
          }),
      ),
    async stopServing(graceMs) {
      await Promise.all(servings().map((serving) => serving.stop(graceMs)));
    },
    async close() {
      await Promise.all(all().map(({ account }) => account.forget()));
    },
  };
}

function matches(channel: string, account: string, filter: ProbeRequest): boolean {
  return (
    (filter.channel === undefined || filter.channel === channel) &&
    (filter.account === undefined || filter.account === account)
  );
}

function enabledAccounts(config: Config): readonly AccountConfig[] {
  return config.accounts.filter((account) => account.enabled);
}
