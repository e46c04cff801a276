import { Command, CommanderError } from "commander";
import type { Cli } from "../cli-context.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Run } from "./run.ts";
import { configOption } from "./verb.ts";
import { MORE, type Verb, verbs } from "./verbs.ts";
import { wordsOf } from "./words.ts";

const HELP_NOTE = `
Every installed channel adds verbs of its own: \`loong <channel>-send\`, \`loong <channel>-serve\`,
\`loong <channel> send\` and \`loong <channel> serve\`. \`loong channels\` shows which are installed.

Examples:
  $ loong doctor
  $ loong channels status --probe
  $ loong gateway run`;

/**
 * The tree of commands, as far as `argv` needs it: the verb it names in full, the others as a name and a line of help.
 *
 * @param argv - The words after `loong`.
 */
export async function createProgram(cli: Cli, run: Run, argv: readonly string[]): Promise<Command> {
  const [named] = wordsOf(argv);
  const program = emptyProgram(cli);
  for (const verb of verbs) await addNamed(program, run, verb, verb.name === named);
  if (named === undefined) program.action(run(async () => (await import("../actions/overview.ts")).overview));
  else if (!verbs.some((verb) => verb.name === named)) await addChannelVerbs(program, run, cli, argv);
  for (const command of program.commands) offerConfig(command);
  return program;
}

/** `loong channels --config PATH list` too: every verb has the option, so every group of verbs does. */
function offerConfig(group: Command): void {
  if (group.commands.length === 0) return;
  group.addOption(configOption());
  for (const command of group.commands) offerConfig(command);
}

/** Are the first words of `argv` the names of commands, as far as there are commands to name? */
export function leadsToCommand(program: Command, argv: readonly string[]): boolean {
  let command: Command | undefined = program;
  for (const word of wordsOf(argv)) {
    if (command === undefined || command.commands.length === 0) break;
    command = command.commands.find((each) => each.name() === word);
  }
  return command !== undefined;
}

/** The tree with everything in it: for completion. */
export async function createWholeProgram(cli: Cli, run: Run, argv: readonly string[]): Promise<Command> {
  const program = emptyProgram(cli);
  for (const verb of verbs) await addNamed(program, run, verb, true);
  await addChannelVerbs(program, run, cli, argv);
  return program;
}

function emptyProgram(cli: Cli): Command {
  const { output } = cli;
  return new Command("loong")
    .description("A gateway that puts an AI agent into the chat rooms a company already uses.")
    .usage("[command] [options]")
    .addOption(configOption())
    .option("-V, --version", "print the version")
    .on("option:version", () => {
      output.stdout.write(`${cli.installation().version}\n`);
      throw new CommanderError(exitCodes.ok, "commander.version", "");
    })
    .helpOption("-h, --help", "show help")
    .commandsGroup(MORE)
    .helpCommand("help [command]", "show help")
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void output.stdout.write(text),
      writeErr: (text) => void output.stderr.write(text),
      // Errors are printed in one place, as `error:` and `hint:`.
      outputError: () => {},
    })
    .addHelpText("after", HELP_NOTE);
}

async function addNamed(program: Command, run: Run, verb: Verb, inFull: boolean): Promise<void> {
  if (inFull) (await verb.load())(program, run);
  else program.command(verb.name).summary(verb.summary).description(verb.summary);
  program.commands.find((command) => command.name() === verb.name)?.helpGroup(verb.group);
}

async function addChannelVerbs(program: Command, run: Run, cli: Cli, argv: readonly string[]): Promise<void> {
  const { readChannelNames } = await import("./channel-names.ts");
  const { defineChannelVerbs } = await import("../commands/channel-verbs.ts");
  defineChannelVerbs(program, run, await readChannelNames(cli, argv));
}
