import tab from "@bomb.sh/tab/commander";
import type { Cli } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { createWholeProgram } from "../program/program.ts";
import { configPathOf } from "../program/words.ts";

/**
 * Prints what may come next: `loong complete -- <words>` is how a completion script asks.
 *
 * @param words - What stands on the line after `loong`; the last one, perhaps empty, is being written.
 */
export async function complete(cli: Cli, words: readonly string[]): Promise<ExitCode> {
  const config = configPathOf(words);
  const run = () => async () => {};
  const program = await createWholeProgram(cli, run, config === undefined ? [] : ["--config", config]);
  const completion = tab(program);
  completion.commands.delete("complete");
  for (const command of completion.commands.values()) command.description = command.description.split("\n")[0] ?? "";
  completion.parse([...words]);
  return exitCodes.ok;
}
