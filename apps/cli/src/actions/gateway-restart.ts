import { setTimeout as sleep } from "node:timers/promises";
import type { StatePaths } from "@loong/config";
import { type OwnerReport, readOwner } from "@loong/host/owner";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { connectTo } from "../gateway-report.ts";
import { printJson, printLine } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";
import { installedService } from "../service.ts";
import { pathsOf } from "../state.ts";

/** A stop takes up to the drain time, and a start its own. */
const RESTART_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** How the gateway came to be another one. */
type Way = "service" | "in-place";

/**
 * A gateway that the system's service manager runs is restarted by it. Any other one starts itself again: same process,
 * same terminal, same words.
 */
export async function restartGateway(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const paths = pathsOf(cli, options);
  const before = await readOwner(paths);
  const way = await beginRestart(cli, paths, before);
  const waiting = untilAnother(paths, before, way, cli.now);
  const owner = await withProgress(cli.output, "Waiting for the gateway to start again…", waiting);
  if (options.json === true) printJson(cli.output, { outcome: "restarted", way, pid: owner.pid });
  else printLine(cli.output, WORDS[way](owner.pid));
  return exitCodes.ok;
}

const WORDS: Readonly<Record<Way, (pid: number | null) => string>> = {
  service: (pid) => `The service was restarted: the gateway is process ${pid ?? "?"} now.`,
  "in-place": (pid) => `The gateway started again where it was, as process ${pid ?? "?"}.`,
};

/** @throws CLI_NOTHING_TO_RESTART, and what the next start would fail with. */
async function beginRestart(cli: Cli, paths: StatePaths, before: OwnerReport | undefined): Promise<Way> {
  const isRunning = before?.running === true;
  const service = await installedService(cli, paths, isRunning ? (before.pid ?? undefined) : undefined);
  if (service !== undefined) {
    await (await import("@loong/host/service")).restartService(service, cli.env);
    return "service";
  }
  if (!isRunning) throw cliErrors.CLI_NOTHING_TO_RESTART([]);
  await (await connectTo(paths)).restart();
  return "in-place";
}

/** @throws CLI_RESTART_FAILED when it went down and stays down, CLI_RESTART_TIMEOUT */
async function untilAnother(
  paths: StatePaths,
  before: OwnerReport | undefined,
  way: Way,
  now: () => number,
): Promise<OwnerReport> {
  for (const deadlineMs = now() + RESTART_TIMEOUT_MS; now() < deadlineMs; await sleep(POLL_MS)) {
    const owner = await readOwner(paths);
    if (owner?.phase === "running" && owner.running && owner.startedAtMs !== before?.startedAtMs) return owner;
    if (way === "in-place" && !isAlive(before?.pid)) throw cliErrors.CLI_RESTART_FAILED([owner?.lastError ?? null]);
  }
  throw cliErrors.CLI_RESTART_TIMEOUT([RESTART_TIMEOUT_MS / 1000]);
}

/** A gateway that starts again in place keeps its process. */
function isAlive(pid: number | null | undefined): boolean {
  try {
    return process.kill(pid ?? Number.NaN, 0);
  } catch {
    return false;
  }
}
