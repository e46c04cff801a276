import type { PairingDecision, PairingEntry } from "@loong/api";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { connectTo, isGatewayRunning } from "../gateway-report.ts";
import { painter, printJson, printLine, printNote } from "../output/output.ts";
import { plainText } from "../output/plain-text.ts";
import { tableLines } from "../output/table.ts";
import { formatAge, formatDuration } from "../output/time.ts";
import { pathsOf, readPlugins } from "../state.ts";

interface PairingOptions extends GlobalOptions, JsonOption {
  readonly account?: string;
}

export async function listPairings(cli: Cli, options: PairingOptions, channel: string | undefined): Promise<ExitCode> {
  const id = channel === undefined ? undefined : await channelId(cli, options, channel);
  const all = await readPairings(cli, options);
  const entries = all.filter(
    (entry) =>
      (id === undefined || entry.channel === id) &&
      (options.account === undefined || entry.account === options.account),
  );
  if (options.json === true) printJson(cli.output, { pairings: entries });
  else if (entries.length === 0) printNote(cli.output, "Nobody asked to talk in private, and nobody was approved.");
  else for (const line of entryLines(entries, cli)) printLine(cli.output, line);
  return exitCodes.ok;
}

/** Of the running gateway, or as the last one left them. */
async function readPairings(cli: Cli, options: GlobalOptions): Promise<readonly PairingEntry[]> {
  const paths = pathsOf(cli, options);
  if (await isGatewayRunning(paths)) return (await connectTo(paths)).pairings();
  return (await import("@loong/host/stored")).storedPairings(paths, cli.now());
}

export async function approvePairing(
  cli: Cli,
  options: PairingOptions,
  channel: string,
  code: string,
): Promise<ExitCode> {
  const decision = await decisionOn(cli, options, channel, { code });
  const entry = await (await connectTo(pathsOf(cli, options))).pairingApprove(decision);
  return report(cli, options, entry, "may talk in private now");
}

export async function rejectPairing(
  cli: Cli,
  options: PairingOptions,
  channel: string,
  code: string,
): Promise<ExitCode> {
  const decision = await decisionOn(cli, options, channel, { code });
  const entry = await (await connectTo(pathsOf(cli, options))).pairingReject(decision);
  return report(cli, options, entry, "was turned down");
}

export async function revokePairing(
  cli: Cli,
  options: PairingOptions,
  channel: string,
  senderId: string,
): Promise<ExitCode> {
  const decision = await decisionOn(cli, options, channel, { senderId });
  const entry = await (await connectTo(pathsOf(cli, options))).pairingRevoke(decision);
  return report(cli, options, entry, "may no longer talk in private");
}

async function channelId(cli: Cli, options: GlobalOptions, channel: string): Promise<string> {
  return (await readPlugins(cli, options)).channel(channel).manifest.id;
}

async function decisionOn(
  cli: Cli,
  options: PairingOptions,
  channel: string,
  who: Pick<PairingDecision, "code" | "senderId">,
): Promise<PairingDecision> {
  const { account } = options;
  return { channel: await channelId(cli, options, channel), ...(account === undefined ? {} : { account }), ...who };
}

function report(cli: Cli, options: JsonOption, entry: PairingEntry, outcome: string): ExitCode {
  if (options.json === true) printJson(cli.output, entry);
  else {
    const { senderId, senderName, channel, account } = entry;
    const who = senderName === null || senderName === undefined ? senderId : `${senderName} (${senderId})`;
    printLine(cli.output, `${plainText(who)} ${outcome} (${channel}/${account}).`);
  }
  return exitCodes.ok;
}

function entryLines(entries: readonly PairingEntry[], cli: Cli): readonly string[] {
  const paint = painter(cli.output.stdout);
  const nowMs = cli.now();
  const rows = entries.map((entry) => [
    `${entry.channel}/${entry.account}`,
    paint(entry.state === "pending" ? "warn" : "good", entry.state),
    entry.code ?? "",
    plainText(entry.senderId),
    plainText(entry.senderName ?? ""),
    formatAge(nowMs, entry.atMs),
    entry.expiresAtMs === null ? "" : `in ${formatDuration(entry.expiresAtMs - nowMs)}`,
  ]);
  return tableLines(["ACCOUNT", "STATE", "CODE", "SENDER", "NAME", "WHEN", "EXPIRES"], rows);
}
