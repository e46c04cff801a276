import type { AccountReport } from "@loong/api";
import type { ChannelRecord } from "@loong/host/plugins";
import { accountReports } from "../account-report.ts";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { readGatewayStatus } from "../gateway-report.ts";
import { type Output, type Paint, painter, printJson, printLine } from "../output/output.ts";
import { plainMessage } from "../output/plain-text.ts";
import { tableLines } from "../output/table.ts";
import { readUsableState } from "../state.ts";

export async function listChannels(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const state = await readUsableState(cli, options, { validate: false });
  const channels = state.plugins.channels();
  const accounts = accountReports(state, await readGatewayStatus(state.paths));
  const { unknownChannels } = state.config;
  if (options.json === true) {
    printJson(cli.output, {
      config: state.config.file.path,
      channels: channels.map(channelReport),
      accounts,
      unknownChannels,
    });
  } else printChannels(cli.output, channels, accounts, unknownChannels);
  return exitCodes.ok;
}

function channelReport({ manifest, packageName, version, source }: ChannelRecord) {
  const { id, aliases, label, serves, target } = manifest;
  return { id, aliases, label, serves, target: target.form, package: packageName, version, source };
}

function printChannels(
  output: Output,
  channels: readonly ChannelRecord[],
  accounts: readonly AccountReport[],
  unknownChannels: readonly string[],
): void {
  const paint = painter(output.stdout);
  for (const line of channelLines(channels, accounts, paint)) printLine(output, line);
  for (const name of unknownChannels) {
    printLine(
      output,
      `${paint("warn", plainMessage(name))} is configured, but no channel of that name is installed; see \`loong plugins list\`.`,
    );
  }
  for (const { channel, account, problems } of accounts) {
    for (const { message, hint } of problems)
      printLine(output, `${paint("bad", `${channel}/${account}`)}: ${plainMessage(`${message} ${hint ?? ""}`.trim())}`);
  }
}

function channelLines(
  channels: readonly ChannelRecord[],
  accounts: readonly AccountReport[],
  paint: Paint,
): readonly string[] {
  if (channels.length === 0) return ["No channel is installed. `loong plugins install <package>` adds one."];
  const rows = channels.flatMap(({ manifest }) => {
    const names = [manifest.id, ...manifest.aliases].join(", ");
    const kind = manifest.serves ? "receives and sends" : "only sends";
    const own = accounts.filter(({ channel }) => channel === manifest.id);
    if (own.length === 0) return [[names, "", paint("quiet", "not configured"), kind, "", ""]];
    return own.map((account) => [
      names,
      account.isDefault && own.length > 1 ? `${account.account} (default)` : account.account,
      standing(account, paint),
      kind,
      account.dmPolicy,
      account.groupPolicy,
    ]);
  });
  return tableLines(["CHANNEL", "ACCOUNT", "STATE", "KIND", "PRIVATE", "GROUPS"], rows);
}

/** In one word, how an account stands: the gateway's word for it when one runs. */
export function standing(account: AccountReport, paint: Paint): string {
  if (!account.enabled) return paint("quiet", "disabled");
  if (account.problems.length > 0) return paint("bad", "not usable");
  if (account.state === null) return "configured";
  return paint(account.state === "CONNECTED" ? "good" : "warn", account.state);
}
