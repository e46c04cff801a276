import type { Command, CommanderError } from "commander";
import type { LoongError } from "@loong/sdk";
import { cliErrors } from "../errors.ts";

/** What the parser refused, in the words and with the advice of every other error. */
export function usageError(error: CommanderError, program: Command, argv: readonly string[]): LoongError {
  const [first = "", ...rest] = error.message.replace(/^error: /u, "").split("\n");
  const fault = first.charAt(0).toUpperCase() + first.slice(1);
  const guess = rest.join(" ").replace(/^\(|\)$/gu, "");
  const { path, command } = commandOf(program, argv);
  const isWord = error.code === "commander.unknownOption" && guess === "" && command.registeredArguments.length > 0;
  const advice = [guess, `\`${path.join(" ")} --help\` shows what there is.`, isWord ? AFTER_DASHES : ""];
  return cliErrors.CLI_USAGE([/[.?!]$/u.test(fault) ? fault : `${fault}.`, advice.filter(Boolean).join(" ")], {
    cause: error,
  });
}

const AFTER_DASHES = "A word that begins with - goes after --.";

/** The command that `argv` got to before it went wrong. */
function commandOf(program: Command, argv: readonly string[]) {
  const path = [program.name()];
  let command = program;
  for (const word of argv) {
    const next = command.commands.find((each) => each.name() === word);
    if (next === undefined) continue;
    path.push(word);
    command = next;
  }
  return { path, command };
}
