import { CommanderError } from "commander";
import type { Cli } from "./cli-context.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { reportError } from "./output/report-error.ts";
import { createProgram, leadsToCommand } from "./program/program.ts";
import { runner } from "./program/run.ts";
import { usageError } from "./program/usage-error.ts";
import { expandBareVerb, expandHelp, withoutHelp } from "./program/words.ts";

/**
 * Runs one command line to its end.
 *
 * @param argv - The words after `loong`.
 */
export async function runCli(cli: Cli, argv: readonly string[]): Promise<ExitCode> {
  const report = { output: cli.output, json: argv.includes("--json"), debug: Boolean(cli.env["LOONG_DEBUG"]) };
  try {
    if (argv[0] === "complete" && argv[1] === "--") {
      return await (await import("./actions/complete.ts")).complete(cli, argv.slice(2));
    }
    return await parseAndRun(cli, argv);
  } catch (error) {
    return reportError(error, report);
  }
}

async function parseAndRun(cli: Cli, argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const run = runner(cli, (ended) => {
    exitCode = ended;
  });
  const words = expandBareVerb(expandHelp(argv));
  const program = await createProgram(cli, run, words);
  try {
    // Help for what is no command would be the help of everything: the parser says what is wrong instead.
    await program.parseAsync(leadsToCommand(program, words) ? words : withoutHelp(words), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.ok;
    // A group without a verb: the parser has shown its help.
    if (error.code === "commander.help") return exitCodes.error;
    throw usageError(error, program, words);
  }
  return exitCode;
}
