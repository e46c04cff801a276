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

const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 50;

export async function stopGateway(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const paths = pathsOf(cli, options);
  const owner = await readOwner(paths);
  const report = (outcome: "not-running" | "stopped", pid: number | null, line: string): ExitCode => {
    if (options.json === true) printJson(cli.output, { outcome, pid });
    else printLine(cli.output, line);
    return exitCodes.ok;
  };
  if (owner?.running !== true) return report("not-running", null, "No gateway is running.");
  const waiting = stopAndWait(cli, paths, owner);
  const ended = await withProgress(cli.output, "Waiting for the gateway to end…", waiting);
  return report(
    "stopped",
    owner.pid,
    `The gateway stopped${ended?.shutdownReason ? ` (${ended.shutdownReason})` : ""}.`,
  );
}

/** @throws CLI_STOP_TIMEOUT when it was asked and is still there. */
async function stopAndWait(cli: Cli, paths: StatePaths, owner: OwnerReport): Promise<OwnerReport | undefined> {
  await askToStop(cli, paths, owner);
  for (const deadlineMs = cli.now() + STOP_TIMEOUT_MS; cli.now() < deadlineMs; await sleep(POLL_MS)) {
    const facts = await readOwner(paths);
    if (facts?.running !== true || facts.pid !== owner.pid) return facts;
  }
  throw cliErrors.CLI_STOP_TIMEOUT([owner.pid, STOP_TIMEOUT_MS / 1000]);
}

/** A service manager would start again at once what it did not stop itself. */
async function askToStop(cli: Cli, paths: StatePaths, { pid }: OwnerReport): Promise<void> {
  const service = pid === null ? undefined : await installedService(cli, paths, pid);
  if (service !== undefined) await (await import("@loong/host/service")).stopService(service, cli.env);
  else await (await connectTo(paths, { timeoutMs: STOP_TIMEOUT_MS })).stop();
}
