import { type AccountConfig, type Config, findAccount } from "@loong/config";
import type { ChannelManifest } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { brokenPlugin, type ChannelRecord, isChannelRecord, type PluginSet } from "../plugins/index.ts";
import { nearestName } from "../plugins/nearest-name.ts";
import { requireServable } from "../open-account.ts";
import { isPluginEnabled } from "../state.ts";
import { namingRemedy } from "./naming-remedy.ts";
import { parseSelector, type Selector } from "./parse-selector.ts";

/** Which accounts a gateway is to serve. */
export interface Wish {
  /** `CHANNEL=ACCOUNT`: of this channel, only this account. Channels that are not named serve all of theirs. */
  readonly selectors?: readonly string[];
  /** This one account and nothing else: `channels serve`. Without `account` it is the channel's default. */
  readonly only?: { readonly channel: string; readonly account?: string };
}

/**
 * The accounts to serve, in the order of the config file. Reads nothing but its arguments, so that a wrong wish fails
 * before anything is locked or opened.
 *
 * @throws GATEWAY_SELECTOR_*, GATEWAY_CHANNEL_UNCONFIGURED, HOST_PLUGIN_DISABLED, PLUGIN_*; CONFIG_NO_ACCOUNT, HOST_ACCOUNT_UNUSABLE for `only`.
 */
export function selectAccounts(config: Config, plugins: PluginSet, wish: Wish): readonly AccountConfig[] {
  if (wish.only !== undefined) return [onlyAccount(config, plugins, wish.only)];
  const chosen = new Map<string, { readonly selector: Selector; readonly account: AccountConfig }>();
  for (const selector of (wish.selectors ?? []).map(parseSelector)) {
    const { manifest } = servingChannel(config, plugins, selector.channel);
    const before = chosen.get(manifest.id);
    if (before !== undefined) {
      throw hostErrors.GATEWAY_SELECTOR_TWICE([manifest.id, before.selector.text, selector.text]);
    }
    chosen.set(manifest.id, { selector, account: namedAccount(config, manifest.id, selector.account) });
  }
  return config.accounts.filter((account) => {
    const choice = chosen.get(account.channel);
    return choice === undefined ? servesByItself(config, plugins, account) : choice.account === account;
  });
}

function servesByItself(config: Config, plugins: PluginSet, account: AccountConfig): boolean {
  const record = plugins.find(account.channel);
  if (record === undefined || !isChannelRecord(record) || !record.manifest.serves) return false;
  return account.enabled && isPluginEnabled(config, account.channel);
}

function servingChannel(config: Config, plugins: PluginSet, name: string): ChannelRecord {
  const record = plugins.find(name);
  if (record === undefined || !isChannelRecord(record)) {
    throw (
      brokenPlugin(plugins.failures, "channel", name) ??
      hostErrors.GATEWAY_SELECTOR_CHANNEL([name, knownChannels(plugins, name)])
    );
  }
  if (!record.manifest.serves) {
    throw hostErrors.GATEWAY_SELECTOR_OUTBOUND([record.manifest.id, servableChannels(plugins)]);
  }
  if (!isPluginEnabled(config, record.manifest.id)) throw hostErrors.HOST_PLUGIN_DISABLED([record.manifest.id]);
  return record;
}

function knownChannels(plugins: PluginSet, name: string): string {
  const names = servingManifests(plugins).flatMap(({ id, aliases }) => [id, ...aliases]);
  const near = nearestName(names, name);
  const list = servableChannels(plugins);
  return near === undefined ? list : `Did you mean "${near}"? ${list}`;
}

function servableChannels(plugins: PluginSet): string {
  const ids = servingManifests(plugins).map(({ id }) => id);
  if (ids.length === 0) return "No channel that can be served is installed.";
  return `Channels that can be served: ${ids.sort().join(", ")}.`;
}

function servingManifests(plugins: PluginSet): readonly ChannelManifest[] {
  return plugins.channels().flatMap(({ manifest }) => (manifest.serves ? [manifest] : []));
}

/** A selector points at `accounts.<id>`: the block itself is the base of all of them and no account to choose. */
function namedAccount(config: Config, channel: string, id: string): AccountConfig {
  const accounts = config.accounts.filter((account) => account.channel === channel);
  const [first] = accounts;
  if (first === undefined) throw hostErrors.GATEWAY_CHANNEL_UNCONFIGURED([channel]);
  const named = accounts.filter((account) => account.named);
  if (named.length === 0) {
    throw hostErrors.GATEWAY_SELECTOR_UNNAMED([channel, id, namingRemedy(first.configPath, id, config.file.format)]);
  }
  const found = named.find((account) => account.id === id);
  if (found === undefined) throw hostErrors.GATEWAY_SELECTOR_ACCOUNT([channel, id, knownAccounts(named, id)]);
  return requireEnabled(found);
}

function knownAccounts(accounts: readonly AccountConfig[], id: string): string {
  const ids = accounts.map((account) => account.id);
  const near = nearestName(ids, id);
  const list = `There is: ${ids.join(", ")}.`;
  return near === undefined ? list : `Did you mean "${near}"? ${list}`;
}

function requireEnabled(account: AccountConfig): AccountConfig {
  if (!account.enabled) {
    throw hostErrors.GATEWAY_SELECTOR_DISABLED([account.channel, account.id, account.configPath]);
  }
  return account;
}

function onlyAccount(config: Config, plugins: PluginSet, only: NonNullable<Wish["only"]>): AccountConfig {
  const { manifest } = servingChannel(config, plugins, only.channel);
  if (!config.accounts.some((account) => account.channel === manifest.id)) {
    throw hostErrors.GATEWAY_CHANNEL_UNCONFIGURED([manifest.id]);
  }
  const account = requireEnabled(findAccount(config, manifest.id, only.account));
  // With nothing else to serve, waiting for a better config would only look like running.
  requireServable(account);
  return account;
}
