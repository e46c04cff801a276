import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import type { Cli } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { readChannelNames } from "../program/channel-names.ts";
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
  const names = (await readChannelNames(cli, config === undefined ? [] : ["--config", config])).map(({ name }) => name);
  for (const command of program.commands) prepare(command, names);
  const completion = tab(program);
  completion.commands.delete("complete");
  completion.parse([...words]);
  return exitCodes.ok;
}

/** Lines as `--help` lists them, and the names of channels wherever one is asked for. */
function prepare(command: Command, channels: readonly string[]): void {
  if (command.summary() !== "") command.description(command.summary());
  for (const argument of command.registeredArguments) if (argument.name() === "channel") argument.choices(channels);
  for (const option of command.options) if (option.long === "--channel") option.choices(channels);
  for (const child of command.commands) prepare(child, channels);
}
