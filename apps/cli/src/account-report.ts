import type { AccountReport, GatewayStatus } from "@loong/api";
import type { AccountConfig } from "@loong/config";
import { type ChannelRecord, isChannelRecord } from "@loong/host/plugins";
import type { State } from "./state.ts";

/** One line for each configured account, and how the running gateway sees it. */
export function accountReports(state: State, gateway: GatewayStatus | undefined): readonly AccountReport[] {
  return state.config.accounts.flatMap((account) => {
    const record = state.plugins.find(account.channel);
    return record !== undefined && isChannelRecord(record) ? [accountReport(account, record, gateway)] : [];
  });
}

function accountReport(
  account: AccountConfig,
  { manifest }: ChannelRecord,
  gateway: GatewayStatus | undefined,
): AccountReport {
  const surface = gateway?.surfaces.find((each) => each.channel === account.channel && each.account === account.id);
  return {
    channel: account.channel,
    aliases: [...manifest.aliases],
    label: manifest.label,
    account: account.id,
    isDefault: account.isDefault,
    enabled: account.enabled,
    serves: manifest.serves,
    dmPolicy: account.access.dmPolicy,
    groupPolicy: account.access.groupPolicy,
    problems: account.problems
      .filter(({ severity }) => severity === "error")
      .map(({ code, message, hint }) => ({ code, message, hint })),
    probe: null,
    state: surface?.state ?? null,
  };
}
