import { type AccountConfig, type Config, renderProblem, type StatePaths } from "@loong/config";
import { type Bind, formatBind } from "./http/bind.ts";
import type { HostLog } from "./log/index.ts";
import type { PluginSet } from "./plugins/index.ts";
import type { RunGatewayOptions } from "./run-options.ts";

export interface StartFacts {
  readonly config: () => Config;
  readonly paths: StatePaths;
  readonly plugins: PluginSet;
  readonly log: HostLog;
  readonly options: RunGatewayOptions;
  readonly selected: readonly AccountConfig[];
  readonly bind: Bind;
}

/** What an operator wants to see first: where everything is, who is served, and what is wrong. */
export function reportStart({ config, paths, plugins, log, options, selected, bind }: StartFacts): void {
  const { file, problems } = config();
  log.info(`Loong ${options.version}`);
  log.info(`config ${file.path}${file.exists ? "" : " (not there: everything is at its default)"}`);
  log.info(`log ${log.file}`);
  log.info(`state ${paths.home}`);
  log.info(`listening on http://${formatBind(bind)}`);
  reportProblems(log, config());
  for (const { severity, message, hint } of plugins.failures) {
    log[severity === "error" ? "error" : "warn"](`${message} ${hint}`);
  }
  if (problems.length === 0 && selected.length === 0) {
    log.warn(
      "no account is served: `loong config set channels.<channel>.enabled true` switches one on, `loong channels` shows them",
    );
  }
  for (const { channel, id, configPath } of selected) log.info("serving", { channel, account: id, config: configPath });
}

export function reportProblems(log: HostLog, { file, problems }: Config): void {
  if (file.usedLastGood) log.error(`${file.path} cannot be read, so its last good copy is used`);
  for (const problem of problems) {
    log[problem.severity === "error" ? "error" : "warn"](`${renderProblem(problem)} ${problem.hint}`);
  }
}
