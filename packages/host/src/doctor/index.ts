import type { StatePaths } from "@loong/config";
import { createAgent } from "../agents.ts";
import { openLog } from "../log/index.ts";
import type { HostOptions } from "../options.ts";
import { createPluginLoader } from "../plugin-loader.ts";
import { type HostState, readState } from "../state.ts";
import { checkAccounts } from "./account-checks.ts";
import { checkAgent } from "./agent-checks.ts";
import type { Check, CheckLevel } from "./check.ts";
import { checkConfig } from "./config-check.ts";
import { checkDiskSpace } from "./disk-space.ts";
import { checkGateway } from "./gateway-check.ts";
import { nextSteps } from "./next-steps.ts";
import { checkNode } from "./node-version.ts";
import { checkPermissions } from "./permissions.ts";
import { checkPlugins } from "./plugin-checks.ts";

export type { Check, CheckLevel } from "./check.ts";

export interface DoctorOptions extends HostOptions {
  /** Mend what needs no decision: folders and permissions. */
  readonly fix?: boolean;
  /** Ask neither the platforms nor the model provider. */
  readonly offline?: boolean;
}

export interface DoctorReport {
  /** No check failed. */
  readonly ok: boolean;
  readonly summary: Readonly<Record<CheckLevel, number>>;
  readonly checks: readonly Check[];
  /** What `fix` changed. */
  readonly fixed: readonly string[];
  /** What to do now, the most urgent first. */
  readonly nextSteps: readonly string[];
}

/** Looks at everything a gateway needs. Never throws for what it finds. */
export async function examine(options: DoctorOptions): Promise<DoctorReport> {
  const { fix = false } = options;
  const state = await readState(options);
  const { paths, config } = state;
  const permissions = await checkPermissions(paths, config.file.path, fix);
  const gateway = await checkGateway(paths);
  const checks = [
    checkNode(process.versions.node),
    ...checkConfig(config),
    ...permissions.checks,
    await checkDiskSpace(paths.home),
    ...gateway.checks,
    ...(await checkPluginsAndPeers(state, options, paths)),
  ];
  const summary = { ok: count(checks, "ok"), warn: count(checks, "warn"), fail: count(checks, "fail") };
  const served = config.accounts.some(({ enabled }) => enabled);
  const steps = nextSteps(checks, { served, running: gateway.running });
  return { ok: summary.fail === 0, summary, checks, fixed: permissions.fixed, nextSteps: steps };
}

async function checkPluginsAndPeers(
  state: HostState,
  { now, offline = false }: DoctorOptions,
  paths: StatePaths,
): Promise<readonly Check[]> {
  const log = openLog({ dir: paths.logsDir, level: "info", verbose: false, stderr: false, now });
  const loader = createPluginLoader(paths.cacheDir);
  const agent = createAgent({ ...state, loader, log, now });
  try {
    const [plugins, provider, accounts] = await Promise.all([
      checkPlugins(state, loader),
      checkAgent(state, agent, offline),
      checkAccounts(state, { paths, log, now, load: loader.channel }, offline),
    ]);
    return [...plugins, ...provider, ...accounts];
  } finally {
    await agent.close();
    await log.close();
  }
}

function count(checks: readonly Check[], level: CheckLevel): number {
  return checks.filter((check) => check.level === level).length;
}
