import type { AccountReport, ProbeRequest } from "@loong/api";
import { type Config, findAccount } from "@loong/config";
import { accountReports } from "../account-report.ts";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { readGatewayStatus } from "../gateway-report.ts";
import { hostOptions } from "../host-options.ts";
import { type Output, type Paint, painter, printJson, printLine, printNote } from "../output/output.ts";
import { plainMessage } from "../output/plain-text.ts";
import { withProgress } from "../output/progress.ts";
import { tableLines } from "../output/table.ts";
import { readUsableState } from "../state.ts";
import { standing } from "./channels-list.ts";

interface StatusOptions extends GlobalOptions, JsonOption {
  readonly probe?: boolean;
  readonly channel?: string;
  readonly account?: string;
}

/** Exits 1 when an enabled account cannot work. */
export async function channelsStatus(cli: Cli, options: StatusOptions): Promise<ExitCode> {
  const state = await readUsableState(cli, options);
  const filter: ProbeRequest = {
    ...(options.channel === undefined ? {} : { channel: state.plugins.channel(options.channel).manifest.id }),
    ...(options.account === undefined ? {} : { account: options.account }),
  };
  const chosen = accountReports(state, await readGatewayStatus(state.paths)).filter((report) =>
    matches(report, filter),
  );
  if (chosen.length === 0) refuseFilter(state.config, filter);
  const accounts =
    options.probe === true
      ? await withProgress(cli.output, "Asking the platforms…", probe(cli, options, filter, chosen))
      : chosen;
  const ok = accounts.every((account) => !account.enabled || isWell(account));
  if (options.json === true) printJson(cli.output, { ok, probed: options.probe === true, accounts });
  else printAccounts(cli.output, accounts);
  return ok ? exitCodes.ok : exitCodes.notHealthy;
}

/** @throws CONFIG_NO_CHANNEL, CONFIG_NO_ACCOUNT, CLI_ACCOUNT_UNKNOWN: what was asked for by name is not there. */
function refuseFilter(config: Config, { channel, account }: ProbeRequest): void {
  if (channel !== undefined) findAccount(config, channel, account);
  if (account === undefined) return;
  throw cliErrors.CLI_ACCOUNT_UNKNOWN([account, config.accounts.map((each) => `${each.channel}/${each.id}`)]);
}

/** Asked by the gateway when one runs. Accounts that are switched off stay as they were reported. */
async function probe(
  cli: Cli,
  options: GlobalOptions,
  filter: ProbeRequest,
  chosen: readonly AccountReport[],
): Promise<readonly AccountReport[]> {
  const { openDirect } = await import("@loong/host/direct");
  const direct = await openDirect(hostOptions(cli, options));
  try {
    const probed = await direct.probe(filter);
    return chosen.map((report) => probed.find((each) => matches(each, report)) ?? report);
  } finally {
    await direct.close();
  }
}

function matches(report: AccountReport, { channel, account }: ProbeRequest): boolean {
  return (channel === undefined || report.channel === channel) && (account === undefined || report.account === account);
}

const FAILED_STATES: ReadonlySet<string> = new Set(["BAD_CREDENTIALS", "CONFLICT", "UNKNOWN_ERROR"]);

export function isWell({ problems, probe, state }: AccountReport): boolean {
  if (problems.length > 0) return false;
  return probe === null ? state === null || !FAILED_STATES.has(state) : probe.ok;
}

function printAccounts(output: Output, accounts: readonly AccountReport[]): void {
  if (accounts.length === 0)
    return printNote(output, "No account is configured. `loong channels` shows which channels there are.");
  const paint = painter(output.stdout);
  const rows = accounts.map((account) => [
    account.channel,
    account.account,
    standing(account, paint),
    probeText(account, paint),
    account.probe?.identity?.name ?? account.probe?.identity?.id ?? "",
  ]);
  for (const line of tableLines(["CHANNEL", "ACCOUNT", "STATE", "PROBE", "IDENTITY"], rows)) printLine(output, line);
  for (const { channel, account, problems, probe } of accounts) {
    const name = `${channel}/${account}`;
    for (const problem of [...problems, ...(probe?.problems ?? [])])
      printLine(output, `${paint("bad", name)}: ${wordsOf(problem)}`);
    for (const notice of probe?.notices ?? [])
      printLine(output, `${name}: ${paint("quiet", "note:")} ${wordsOf(notice)}`);
  }
}

function wordsOf({ message, hint }: AccountReport["problems"][number]): string {
  return plainMessage(hint === undefined ? message : `${message}\n  ${hint}`);
}

function probeText({ probe }: AccountReport, paint: Paint): string {
  if (probe === null) return "";
  return probe.ok ? paint("good", "works") : paint("bad", "failed");
}
