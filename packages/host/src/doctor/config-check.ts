import { type Config, type ConfigProblem, renderProblem } from "@loong/config";
import { type Check, fail, ok, warn } from "./check.ts";

/** The file, and what in it is no account's own; accounts speak for themselves. */
export function checkConfig(config: Config): readonly Check[] {
  const { file, problems } = config;
  const general = problems.filter(({ channel, account }) => channel === undefined || account === undefined);
  const read = file.exists ? ok("config.file", file.path) : ok("config.file", `${file.path} is not there yet`);
  return general.length === 0 ? [read] : [read, ...general.map(problemCheck)];
}

export function problemCheck(problem: ConfigProblem): Check {
  const id =
    problem.channel === undefined || problem.account === undefined
      ? "config.problem"
      : `account.${problem.channel}.${problem.account}.config`;
  return (problem.severity === "error" ? fail : warn)(id, renderProblem(problem), problem.hint);
}
