import { configErrors } from "../errors.ts";
import type { AccountConfig, Config } from "../types.ts";

/**
 * The account that an operator means. Without an id, the channel's default.
 * @throws CONFIG_NO_CHANNEL, CONFIG_NO_ACCOUNT or CONFIG_NO_DEFAULT_ACCOUNT, each with what there is to choose from.
 */
export function findAccount(config: Config, channelOrAlias: string, accountId?: string): AccountConfig {
  const channel = config.source.channelId(channelOrAlias) ?? channelOrAlias;
  const accounts = config.accounts.filter((account) => account.channel === channel);
  if (accounts.length === 0)
    throw configErrors.CONFIG_NO_CHANNEL([channelOrAlias, choices(config.accounts.map((account) => account.channel))]);
  const ids = choices(accounts.map((account) => account.id));
  const found = accounts.find((account) => (accountId === undefined ? account.isDefault : account.id === accountId));
  if (found !== undefined) return found;
  throw accountId === undefined
    ? configErrors.CONFIG_NO_DEFAULT_ACCOUNT([channelOrAlias, ids])
    : configErrors.CONFIG_NO_ACCOUNT([channelOrAlias, accountId, ids]);
}

function choices(names: readonly string[]): string {
  return names.length === 0 ? "none" : [...new Set(names)].join(", ");
}
