import type { AccountReport } from "@loong/api";
import type { StatePaths } from "@loong/config";
import { isLoongError, type LoongError, type ProbeReport } from "@loong/sdk";
import { connectControl } from "../control/index.ts";
import { readOwner } from "../owner/index.ts";
import { type Check, fail, failedBy, ok, warn } from "./check.ts";

const STATUS_TIMEOUT_MS = 5_000;

/** Whether a gateway runs, and whether it can do what it is there for. */
export async function checkGateway(
  paths: StatePaths,
): Promise<{ readonly checks: readonly Check[]; readonly running: boolean }> {
  const owner = await readOwner(paths);
  if (owner?.running === true) return { checks: await checkRunning(paths, owner.pid), running: true };
  if (owner?.phase !== "failed") return { checks: [ok("gateway.process", "not running")], running: false };
  const detail = `The last gateway ended badly: ${owner.lastError ?? owner.shutdownReason ?? "without a word"}.`;
  const hint = "`loong logs` shows its last lines; the next `loong gateway run` takes up what was open.";
  return { checks: [warn("gateway.process", detail, hint)], running: false };
}

/** Asks the running gateway about all its accounts at once, when the first of them is looked at. */
export function probesOfGateway(
  paths: StatePaths,
): (channel: string, account: string) => Promise<ProbeReport | undefined> {
  let asked: Promise<readonly AccountReport[] | LoongError> | undefined;
  return async (channel, account) => {
    asked ??= connectControl(paths).probe({}).catch(onlyLoongError);
    const reports = await asked;
    if (reports instanceof Error) return { ok: false, problems: [reports.toJSON()] };
    const found = reports.find((report) => report.channel === channel && report.account === account)?.probe;
    if (!found) return undefined;
    const { identity, ...rest } = found;
    return { ...rest, ...(identity === null ? {} : { identity }) };
  };
}

function onlyLoongError(error: unknown): LoongError {
  if (isLoongError(error)) return error;
  throw error;
}

async function checkRunning(paths: StatePaths, pid: number | null): Promise<readonly Check[]> {
  try {
    const { safeMode, surfaces } = await connectControl(paths, { timeoutMs: STATUS_TIMEOUT_MS }).status();
    const process = ok("gateway.process", `running as process ${pid ?? "?"}`);
    return [
      process,
      ...(safeMode === null ? [] : [fail("gateway.safe-mode", safeMode.reason, safeMode.hint)]),
      ...surfaces.map(({ channel, account, state, reason, hint, transport }) => {
        const id = `gateway.${channel}.${account}`;
        if (state === "CONNECTED" || (state === "CONNECTING" && transport?.startsWith("webhook") === true)) {
          return ok(id, state);
        }
        return warn(id, `${state}${reason === null ? "" : `: ${reason}`}`, hint ?? "`loong logs` has the details.");
      }),
    ];
  } catch (error) {
    return [failedBy("gateway.process", error)];
  }
}
