import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import { onInterrupt } from "../apps/cli/src/interrupt.ts";

/** What is wrong with the command line, in words for whoever typed it. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}

/** One flag. Without `takes` it is a switch. */
interface Flag {
  /** What stands behind it: `"N"`, `"NAME"`. */
  readonly takes?: string;
  readonly default?: string;
  /** With the unit, if it has one. */
  readonly says: string;
}

type Flags = Readonly<Record<string, Flag>>;

/** A command of this repository: its help, and what may be typed. */
export interface CommandLine<F extends Flags> {
  /** `"pnpm soak"` */
  readonly command: string;
  /** Sentences; a line of the help each. */
  readonly purpose: readonly string[];
  readonly flags: F;
  /** What to type behind the command, and what that does. */
  readonly examples: readonly (readonly [words: string, does: string])[];
  /** What exit codes 0 and 1 mean: `"every message was answered"`. */
  readonly good: string;
  readonly bad: string;
}

export type Values<F extends Flags> = {
  readonly [Name in keyof F]: F[Name] extends { takes: string; default: string }
    ? string
    : F[Name] extends { takes: string }
      ? string | undefined
      : boolean;
};

/** @returns `"help"` when that is what was asked for. @throws Misuse */
export function readCommandLine<const F extends Flags>(
  { flags }: CommandLine<F>,
  args: readonly string[],
): Values<F> | "help" {
  const options = Object.entries<Flag>(flags).map(([name, { takes, default: usual }]) => [
    name,
    takes === undefined
      ? { type: "boolean" as const, default: false }
      : { type: "string" as const, ...(usual === undefined ? {} : { default: usual }) },
  ]);
  const { help, ...values } = parse(args, Object.fromEntries(options) as ParseArgsOptionsConfig);
  return help === true ? "help" : (values as Values<F>);
}

/** As `parseArgs`, with `--help`. @throws Misuse in one line. */
export function parse<O extends ParseArgsOptionsConfig>(args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options: { ...options, help: { type: "boolean" } } }).values;
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split(/(?<=[.])\s/);
    throw new Misuse(first);
  }
}

/** @throws Misuse */
export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new Misuse(`"${text}" is not a whole number.`);
}

/** @throws Misuse */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (/^[\d.]+$/.test(text) && value > 0) return value;
  throw new Misuse(`"${text}" is not a number above 0.`);
}

export function helpOf({ command, purpose, flags, examples, good, bad }: CommandLine<Flags>): string {
  const rows = Object.entries(flags).map(([name, { takes, default: usual, says }]) => [
    takes === undefined ? `--${name}` : `--${name} ${takes}`,
    usual === undefined || usual === "" ? says : `${says}; default ${usual}`,
  ]);
  return [
    ...purpose,
    "",
    ...columns(examples.map(([words, does]) => [`${command} ${words}`.trimEnd(), does])),
    "",
    ...columns([...rows, ["--help", "this"]]),
    "",
    "Exit codes:",
    ...columns([
      ["0", good],
      ["1", bad],
      ["2", "what was typed cannot be used"],
      ["130", "interrupted; a second Ctrl-C does not wait for the cleaning up"],
    ]),
    "",
  ].join("\n");
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const width = Math.max(...rows.map(([left = ""]) => left.length));
  return rows.map(([left = "", right = ""]) => `  ${left.padEnd(width)}  ${right}`);
}

/** The words that do the same again. */
function sameAgain<F extends Flags>({ command, flags }: CommandLine<F>, values: Values<F>): string {
  const words = Object.keys(flags).flatMap((name) => {
    const value: unknown = values[name];
    return typeof value === "string" && value !== "" ? [`--${name} ${value}`] : value === true ? [`--${name}`] : [];
  });
  return [command, ...words].join(" ");
}

/**
 * Runs a command of this repository and sets the exit code of the process: what `run` makes of `values`, 2 for a Misuse, 130
 * when a signal came.
 *
 * @param run - Whether all is well. When `signal` aborts it ends what it has started, and may throw.
 */
export async function runCommand<const F extends Flags>(
  line: CommandLine<F>,
  run: (values: Values<F>, signal: AbortSignal) => Promise<boolean>,
): Promise<void> {
  await orMisuse(line.command, async () => {
    const values = readCommandLine(line, process.argv.slice(2));
    if (values === "help") return void process.stdout.write(helpOf(line));
    const signal = onInterrupt(process);
    const isWell = await run(values, signal).catch((error: unknown) => {
      if (signal.aborted) return false;
      throw error;
    });
    if (!isWell || signal.aborted) console.log(`again: ${sameAgain(line, values)}`);
    // What had begun besides is of no use to anybody now.
    if (signal.aborted) process.exit(130);
    process.exitCode = isWell ? 0 : 1;
  });
}

/** Says a Misuse in one line, and where to look. */
export async function orMisuse(command: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Misuse)) throw error;
    console.error(`error: ${error.message}\nhint: ${command} --help`);
    process.exitCode = 2;
  }
}
