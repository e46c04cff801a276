import type { AccountReport, GatewayStatus } from "@loong/api";
import { accountReport } from "@loong/host/account-report";
import { isChannelRecord } from "@loong/host/plugins";
import type { State } from "./state.ts";

/** One line for each configured account, and how the running gateway sees it. */
export function accountReports(state: State, gateway: GatewayStatus | undefined): readonly AccountReport[] {
  return state.config.accounts.flatMap((account) => {
    const record = state.plugins.find(account.channel);
    if (record === undefined || !isChannelRecord(record)) return [];
    const seen = gateway?.surfaces.find((each) => each.channel === account.channel && each.account === account.id);
    return [accountReport(account, record, seen && { state: seen.state })];
  });
}
