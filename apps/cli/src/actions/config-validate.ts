import { configFilePath, type StatePaths, validateConfig } from "@loong/config";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { painter, printJson, printLine } from "../output/output.ts";
import { problemLines } from "../output/problems.ts";
import { pathsOf, readPlugins } from "../state.ts";

/** Exits 1 when there is an error; warnings are only shown. */
export async function validate(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const manifests = (await readPlugins(cli, options)).manifests();
  const paths = pathsOf(cli, options);
  const problems = await validateConfig({ paths, env: cli.env, manifests });
  const ok = problems.every(({ severity }) => severity !== "error");
  const paint = painter(cli.output.stdout);
  if (options.json === true) printJson(cli.output, { ok, problems });
  else if (problems.length === 0) printLine(cli.output, await goodNews(paths));
  else
    for (const problem of problems) {
      printLine(
        cli.output,
        `${paint(problem.severity === "error" ? "bad" : "warn", `${problem.severity}:`)} ${problemLines(problem).join("\n")}`,
      );
    }
  return ok ? exitCodes.ok : exitCodes.notHealthy;
}

async function goodNews(paths: StatePaths): Promise<string> {
  const { path, exists } = await configFilePath(paths);
  return exists ? "The configuration is good." : `${path} is not there yet: everything is at its default.`;
}
