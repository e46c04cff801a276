import { isLoongError } from "@loong/sdk";
import { createAgent } from "../agents.ts";
import { type HostLog, openLog } from "../log/index.ts";
import type { HostOptions } from "../options.ts";
import { createPluginLoader } from "../plugin-loader.ts";
import { type HostState, readState } from "../state.ts";
import { checkAccounts } from "./account-checks.ts";
import { checkAgent } from "./agent-checks.ts";
import { type Check, type CheckLevel, failedBy } from "./check.ts";
import { checkConfig } from "./config-check.ts";
import { watchServerClocks } from "./clock-skew.ts";
import { checkDiskSpace } from "./disk-space.ts";
import { checkGateway, probesOfGateway } from "./gateway-check.ts";
import { checkJournal } from "./journal-check.ts";
import { checkLeftovers } from "./leftovers.ts";
import { createMender } from "./mender.ts";
import { nextSteps } from "./next-steps.ts";
import { checkNode } from "./node-version.ts";
import { checkPermissions } from "./permissions.ts";
import { checkPlugins } from "./plugin-checks.ts";
import { checkReserve } from "./reserve-check.ts";

export type { Check, CheckLevel } from "./check.ts";
export { examinePlugins, type PluginExaminationOptions } from "./plugin-examination.ts";

export interface DoctorOptions extends HostOptions {
  /** Mend what needs no decision: folders, permissions, what a dead gateway left. */
  readonly fix?: boolean;
  /** With `fix`: only say what would be mended. */
  readonly dryRun?: boolean;
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
  /** What `fix` would change, with `dryRun`. */
  readonly wouldFix: readonly string[];
  /** What to do now, the most urgent first. */
  readonly nextSteps: readonly string[];
}

/** Looks at everything a gateway needs. Never throws for what it finds. */
export async function examine(options: DoctorOptions): Promise<DoctorReport> {
  const { fix = false, dryRun = false } = options;
  const state = await readState(options);
  const { paths, config } = state;
  const mender = createMender(fix ? (dryRun ? "plan" : "mend") : "look");
  const gateway = await checkGateway(paths);
  const checks = [
    checkNode(process.versions.node),
    ...checkConfig(config),
    ...(await checkPermissions(paths, config.file.path, mender)),
    await checkDiskSpace(paths.home),
    await checkReserve(paths, options.now()),
    ...checkJournal(paths, config.gateway, options.now()),
    ...gateway.checks,
    await checkLeftovers(paths, mender),
    ...mender.refused,
    ...(await checkPluginsAndPeers(state, options, gateway.running)),
  ];
  const levels = ["ok", "note", "warn", "fail"] as const;
  const counts = levels.map((level) => [level, checks.filter((check) => check.level === level).length]);
  const served = config.accounts.some(({ enabled }) => enabled);
  return {
    ok: checks.every(({ level }) => level !== "fail"),
    summary: Object.fromEntries(counts) as DoctorReport["summary"],
    checks,
    fixed: mender.done,
    wouldFix: mender.planned,
    nextSteps: nextSteps(checks, { served, running: gateway.running }),
  };
}

/** Where nothing can be written, no plugin is run: what would mend that comes first. */
async function checkPluginsAndPeers(
  state: HostState,
  options: DoctorOptions,
  isGatewayRunning: boolean,
): Promise<readonly Check[]> {
  const { now } = options;
  try {
    const log = openLog({ dir: state.paths.logsDir, level: "info", verbose: false, stderr: false, now });
    return await runPlugins(state, options, log, isGatewayRunning);
  } catch (error) {
    if (!isLoongError(error) || error.code !== "HOST_DIRECTORY_UNSAFE") throw error;
    return [failedBy("state.directory", error)];
  }
}

/** Loads the plugins and asks provider and platforms; how old their answers are tells of this machine's clock. */
async function runPlugins(
  state: HostState,
  { now, offline = false }: DoctorOptions,
  log: HostLog,
  isGatewayRunning: boolean,
): Promise<readonly Check[]> {
  const { paths } = state;
  const loader = createPluginLoader({ paths, config: () => state.config, log, now });
  const agent = createAgent({ ...state, loader, log, now });
  using clocks = watchServerClocks(now);
  try {
    const opening = { paths, log, now, load: loader.channel };
    const [plugins, provider, accounts] = await Promise.all([
      checkPlugins(state, loader),
      checkAgent(state, agent, offline),
      checkAccounts(state, {
        opening,
        offline,
        ...(isGatewayRunning && !offline && { probedByGateway: probesOfGateway(paths) }),
      }),
    ]);
    const clock = clocks.check();
    return [...plugins, ...provider, ...accounts, ...(clock === undefined ? [] : [clock])];
  } finally {
    await agent.close();
    loader.close();
    await log.close();
  }
}
