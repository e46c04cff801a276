import type { AccountConfig, Config } from "@loong/config";
import type { AccountFacts } from "@loong/gateway";
import { isLoongError, LoongError, type OutboundMessage, type ProbeReport, problemOf, type Receipt } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { type OpenAccount, openAccount, type OpeningOptions } from "../open-account.ts";
import type { ChannelRecord } from "../plugins/index.ts";
import { accountErrors } from "./errors.ts";
import { inTime } from "./in-time.ts";

/** One configured account: what the core may know of it, and its channel once somebody needs it. */
export interface Account {
  readonly config: AccountConfig;
  readonly record: ChannelRecord;
  readonly facts: AccountFacts;
  /** Takes over what can change without the connection noticing: names, and who may speak. */
  update(config: AccountConfig): void;
  /** What is open now, if anything. */
  readonly opened: OpenAccount | undefined;
  /** Opens it, or gives what is open. @throws as `openAccount` does. */
  open(): Promise<OpenAccount>;
  /** Closes what is open: the next `open` reads the secrets again. */
  forget(): Promise<void>;
  /** @throws what the channel throws; when it cannot be opened, an error whose outcome says that nothing was sent. */
  send(message: OutboundMessage, signal: AbortSignal): Promise<Receipt>;
  /** Never rejects: what goes wrong is a problem of the report. */
  probe(signal: AbortSignal): Promise<ProbeReport>;
}

/** How long a probe may go on after its signal aborted. */
const PROBE_GRACE_MS = 3_000;

export function createAccount(
  whole: Config,
  first: AccountConfig,
  record: ChannelRecord,
  options: OpeningOptions,
): Account {
  let config = first;
  let facts = factsOf(config, record);
  let opening: Promise<OpenAccount> | undefined;
  let opened: OpenAccount | undefined;

  function open(): Promise<OpenAccount> {
    if (opening !== undefined) return opening;
    const attempt = openAccount(whole, config, record, options);
    opening = attempt;
    attempt.then(
      (account) => {
        if (opening === attempt) opened = account;
      },
      () => {
        if (opening === attempt) opening = undefined;
      },
    );
    return attempt;
  }

  return {
    record,
    get config() {
      return config;
    },
    get facts() {
      return facts;
    },
    update(next) {
      config = next;
      facts = factsOf(next, record);
    },
    get opened() {
      return opened;
    },
    open,
    async forget() {
      const leaving = opening;
      opening = undefined;
      opened = undefined;
      await leaving?.then(({ channel }) => channel.close()).catch(() => undefined);
    },
    async send(message, signal) {
      const { channel } = opened ?? (await open().catch(throwNotSent));
      return channel.send(message, signal);
    },
    async probe(signal) {
      const asking = open().then(({ channel }) => channel.probe(signal));
      const silent = () => accountErrors.HOST_PROBE_SILENT([record.packageName, PROBE_GRACE_MS]);
      try {
        return await inTime(asking, signal, PROBE_GRACE_MS, silent);
      } catch (error) {
        return { ok: false, problems: [problemOf(coded(error, record))] };
      }
    },
  };
}

function factsOf({ access, streaming }: AccountConfig, { manifest }: ChannelRecord): AccountFacts {
  const { text, idempotencyWindowMs, redelivers = true } = manifest;
  return { access, text, streaming, redelivers, ...(idempotencyWindowMs === undefined ? {} : { idempotencyWindowMs }) };
}

/** An account that could not be opened has sent nothing, whatever the reason was. */
function throwNotSent(error: unknown): never {
  if (!isLoongError(error))
    throw new LoongError("PLUGIN_OPEN_FAILED", "The plugin failed to open the account.", {
      outcome: "not-sent",
      cause: error,
    });
  if (error.outcome !== undefined) throw error;
  const outcome = error.code.startsWith("CONFIG_") ? "bad-credentials" : "not-sent";
  throw new LoongError(error.code, error.message, {
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    outcome,
    cause: error,
  });
}

/** What a plugin throws without a code is a fault of its own. */
function coded(error: unknown, { packageName }: ChannelRecord): LoongError {
  if (isLoongError(error)) return error;
  return hostErrors.HOST_PROBE_FAILED([packageName, error instanceof Error ? error.name : typeof error]);
}
