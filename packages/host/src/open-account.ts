import { join } from "node:path";
import { type AccountConfig, type Config, type ConfigProblem, resolveAccount, type StatePaths } from "@loong/config";
import type { Channel, Logger } from "@loong/sdk";
import { hostErrors } from "./errors.ts";
import type { HostLog } from "./log/index.ts";
import type { LoadedChannel } from "./plugin-loader.ts";
import type { ChannelRecord } from "./plugins/index.ts";
import { isPluginEnabled } from "./state.ts";

/** What opening an account needs from its surroundings. */
export interface OpeningOptions {
  readonly paths: StatePaths;
  readonly log: HostLog;
  readonly now: () => number;
  /** Runs the plugin's code, once for each plugin. */
  readonly load: (record: ChannelRecord) => Promise<LoadedChannel>;
}

/** One account as its plugin made it. */
export interface OpenAccount {
  readonly channel: Channel;
  /** `"websocket"`, `"webhook /matrix/events"`, with what is before the path where that is known; `null` when it only sends or the plugin does not say. */
  readonly transport: string | null;
}

/**
 * Makes the channel of one account, with its secrets as they are now; the log learns them before the plugin does. Nothing
 * is connected yet.
 *
 * @throws HOST_ACCOUNT_UNUSABLE, HOST_PLUGIN_DISABLED, CONFIG_*, PLUGIN_*, and what the plugin throws.
 */
export async function openAccount(
  config: Config,
  account: AccountConfig,
  record: ChannelRecord,
  options: OpeningOptions,
): Promise<OpenAccount> {
  requireUsable(config, account);
  const { values, secrets } = await resolveAccount(config, account.channel, account.id);
  for (const secret of secrets) options.log.addSecret(secret);
  const plugin = await options.load(record);
  const channel = await plugin.open(values, {
    accountId: account.id,
    log: accountLog(options.log, account),
    clock: { now: options.now },
    dataDir: join(options.paths.dataDir, account.channel, account.id),
  });
  return { channel, transport: transportOf(channel, values, config.gateway.publicUrl) };
}

export function accountLog(log: HostLog, account: AccountConfig): Logger {
  return log.child({ channel: account.channel, account: account.id });
}

/** Nobody may speak to such an account, but its operator may still send. */
const FORBIDS_ONLY_SERVING: ReadonlySet<string> = new Set(["CONFIG_BOUNDARY_EMPTY"]);

/** @throws HOST_ACCOUNT_UNUSABLE, HOST_PLUGIN_DISABLED */
function requireUsable(config: Config, account: AccountConfig): void {
  if (!isPluginEnabled(config, account.channel)) throw hostErrors.HOST_PLUGIN_DISABLED([account.channel]);
  refuseOver(
    account,
    errorsOf(account).find(({ code }) => !FORBIDS_ONLY_SERVING.has(code)),
  );
}

/** @throws HOST_ACCOUNT_UNUSABLE when events must not be taken for this account. */
export function requireServable(account: AccountConfig): void {
  refuseOver(account, errorsOf(account)[0]);
}

function errorsOf({ problems }: AccountConfig): readonly ConfigProblem[] {
  return problems.filter(({ severity }) => severity === "error");
}

function refuseOver(account: AccountConfig, problem: ConfigProblem | undefined): void {
  if (problem === undefined) return;
  const place = problem.line === undefined ? "" : ` (${problem.file}:${problem.line})`;
  throw hostErrors.HOST_ACCOUNT_UNUSABLE([account.configPath, `${problem.message}${place}`, problem.hint]);
}

function transportOf(channel: Channel, values: Readonly<Record<string, unknown>>, publicUrl = ""): string | null {
  const { webhook } = channel;
  if (webhook !== undefined) return `webhook ${webhook.bind ?? publicUrl.replace(/\/+$/, "")}${webhook.path}`;
  return channel.serve !== undefined && typeof values["mode"] === "string" ? values["mode"] : null;
}
