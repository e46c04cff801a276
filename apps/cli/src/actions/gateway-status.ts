import type { GatewayStatus, Surface } from "@loong/api";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { readGatewayStatus } from "../gateway-report.ts";
import { type Output, type Paint, painter, printJson, printLine } from "../output/output.ts";
import { tableLines } from "../output/table.ts";
import { formatAge, formatDuration } from "../output/time.ts";
import { pathsOf } from "../state.ts";

/** Exits 0 whether a gateway runs or not: the question was answered. */
export async function gatewayStatus(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const status = await readGatewayStatus(pathsOf(cli, options));
  if (options.json === true) printJson(cli.output, status);
  else printGateway(cli.output, status, cli.now());
  return exitCodes.ok;
}

export function printGateway(output: Output, status: GatewayStatus, nowMs: number): void {
  const paint = painter(output.stdout);
  for (const line of gatewayLines(status, nowMs, paint)) printLine(output, line);
  const surfaces = surfaceLines(status.surfaces, nowMs, paint);
  if (surfaces.length > 0) printLine(output);
  for (const line of surfaces) printLine(output, line);
}

function gatewayLines(status: GatewayStatus, nowMs: number, paint: Paint): readonly string[] {
  const facts: (readonly [string, string | null])[] = [
    ["Gateway", phaseText(status, nowMs, paint)],
    [
      "Process",
      status.pid === null ? null : `${status.pid}${status.session === null ? "" : `, session ${status.session}`}`,
    ],
    ["Safe mode", status.safeMode && paint("bad", status.safeMode.reason)],
    ["", status.safeMode && status.safeMode.hint],
    ["Address", status.address === null ? null : `http://${status.address}`],
    ["Config", status.configPath],
    ["State", status.stateDir],
    ["Log", status.logFile],
    ["Ended", status.running ? null : status.shutdownReason],
    ["Last error", status.lastError],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(11)}${value}`]));
}

function phaseText(status: GatewayStatus, nowMs: number, paint: Paint): string {
  const tone =
    status.phase === "running" ? (status.ready ? "good" : "warn") : status.phase === "failed" ? "bad" : "quiet";
  const since = status.running ? status.startedAtMs : status.stoppedAtMs;
  const age =
    since === null ? "" : status.running ? `, up ${formatDuration(nowMs - since)}` : `, ${formatAge(nowMs, since)}`;
  const readiness = status.phase === "running" && !status.ready ? ", not ready" : "";
  return `${paint(tone, status.phase)}${readiness}${age}`;
}

function surfaceLines(surfaces: readonly Surface[], nowMs: number, paint: Paint): readonly string[] {
  if (surfaces.length === 0) return [];
  const rows = surfaces.map((surface) => [
    surface.channel,
    surface.account,
    paint(surface.state === "CONNECTED" ? "good" : surface.hint === null ? "warn" : "bad", surface.state),
    formatDuration(nowMs - surface.sinceMs),
    surface.transport ?? "",
    String(surface.received),
    surface.reason ?? "",
  ]);
  const table = tableLines(["CHANNEL", "ACCOUNT", "STATE", "FOR", "TRANSPORT", "RECEIVED", "REASON"], rows);
  const hints = surfaces.flatMap(({ channel, account, hint }) =>
    hint === null ? [] : [`${channel}/${account}: ${hint}`],
  );
  return [...table, ...(hints.length === 0 ? [] : ["", ...hints])];
}
