import type { Overview, WorkUnits } from "@loong/api";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { type Output, painter, printJson, printLine } from "../output/output.ts";
import { tableLines } from "../output/table.ts";
import { readOverview } from "../overview.ts";
import { readState } from "../state.ts";
import { standing } from "./channels-list.ts";
import { printGateway } from "./gateway-status.ts";

/** Exits 0 whatever it finds: `loong doctor` judges. */
export async function status(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const overview = await readOverview(await readState(cli, options), cli.installation().version);
  if (options.json === true) printJson(cli.output, overview);
  else printOverview(cli.output, overview, cli.now());
  return exitCodes.ok;
}

function printOverview(output: Output, overview: Overview, nowMs: number): void {
  const { agent, channels, config, gateway, nextActions, workUnits } = overview;
  printGateway(output, { ...gateway, configPath: null, surfaces: [] }, nowMs);
  printLine(output, `Config     ${config.path}${configNote(config)}`);
  printLine(output, `Agent      ${agent.use}${agent.installed ? "" : " (not installed)"}`);
  for (const line of workLines(workUnits)) printLine(output, line);
  if (channels.length > 0) printLine(output);
  for (const line of channelLines(output, channels)) printLine(output, line);
  printLine(output, "\nNext:");
  for (const line of tableLines(
    ["", ""],
    nextActions.map(({ label, command }) => [`  ${label}`, command]),
  ).slice(1))
    printLine(output, line);
}

export function configNote({ exists, errors, warnings }: Overview["config"]): string {
  if (!exists) return errors > 0 ? " (not there)" : " (not there yet)";
  const notes = [...(errors > 0 ? [`errors: ${errors}`] : []), ...(warnings > 0 ? [`warnings: ${warnings}`] : [])];
  return notes.length === 0 ? "" : ` (${notes.join(", ")})`;
}

function workLines({ source, turns, deliveries }: WorkUnits): readonly string[] {
  if (source === "none") return [];
  const text = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([state, count]) => `${count} ${state}`)
      .join(", ") || "empty";
  return [`Inbox      ${text(turns)}`, `Outbox     ${text(deliveries)}`];
}

function channelLines(output: Output, channels: Overview["channels"]): readonly string[] {
  if (channels.length === 0) return [];
  const paint = painter(output.stdout);
  const rows = channels.map((account) => [account.channel, account.account, standing(account, paint)]);
  return tableLines(["CHANNEL", "ACCOUNT", "STATE"], rows);
}
