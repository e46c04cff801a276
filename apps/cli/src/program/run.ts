import type { Command } from "commander";
import type { Cli } from "../cli-context.ts";
import type { ExitCode } from "../exit-codes.ts";

/** What a command does. Parameter types are its own: the parser has checked what the words were. */
type Action = (cli: Cli, options: never, ...operands: never[]) => Promise<ExitCode>;

/** Makes a handler for the parser out of an action that is loaded when it is needed. */
export type Run = (load: () => Promise<Action>) => (...given: unknown[]) => Promise<void>;

/** @param end - Told how the command ended, since the parser forgets what an action returns. */
export function runner(cli: Cli, end: (exitCode: ExitCode) => void): Run {
  return (load) =>
    async (...given) => {
      const command = given.at(-1) as Command;
      const operands = given.slice(0, -2) as never[];
      const action = await load();
      end(await action(cli, command.optsWithGlobals<never>(), ...operands));
    };
}
