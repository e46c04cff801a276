import type { AccountReport } from "@loong/api";
import type { AccountConfig } from "@loong/config";
import type { Problem, ProbeReport } from "@loong/sdk";
import type { ChannelRecord } from "../plugins/index.ts";

/** One account as `channels list` and `channels status` show it. */
export function accountReport(
  account: AccountConfig,
  { manifest }: ChannelRecord,
  seen: { readonly state?: string; readonly probe?: ProbeReport } = {},
): AccountReport {
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
    probe: seen.probe === undefined ? null : probeFacts(seen.probe),
    state: seen.state ?? null,
  };
}

function probeFacts({ ok, identity, problems, notices = [] }: ProbeReport): NonNullable<AccountReport["probe"]> {
  return {
    ok,
    identity:
      identity === undefined
        ? null
        : { id: identity.id, ...(identity.name === undefined ? {} : { name: identity.name }) },
    problems: problems.map(plainProblem),
    notices: notices.map(plainProblem),
  };
}

/** What a plugin made may carry more than may be shown. */
function plainProblem({ code, message, hint }: Problem): Problem {
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}
