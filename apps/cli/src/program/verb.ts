import { type Command, InvalidArgumentError, Option } from "commander";

export interface VerbText {
  /** A sentence without a full stop, as the list of commands shows it. */
  readonly summary: string;
  /** What `--help` says beyond the summary. */
  readonly description?: string;
  /** Whole command lines. */
  readonly examples: readonly string[];
}

/** Adds a command with what all have: `--config`, examples. */
export function addVerb(parent: Command, usage: string, text: VerbText): Command {
  const sentence = `${text.summary.charAt(0).toUpperCase()}${text.summary.slice(1)}.`;
  return parent
    .command(usage)
    .summary(text.summary)
    .description(text.description === undefined ? sentence : `${sentence}\n\n${text.description}`)
    .addOption(configOption())
    .addHelpText("after", `\nExamples:\n${text.examples.map((example) => `  $ ${example}`).join("\n")}`);
}

export function configOption(): Option {
  return new Option("--config <path>", "read this config file instead of the one in LOONG_HOME");
}

export function jsonOption(): Option {
  return new Option("--json", "print JSON for programs");
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/u.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("A port is a number from 0 to 65535; 0 takes a free one.");
}

export function parseName(text: string): string {
  const name = text.trim();
  if (name !== "") return name;
  throw new InvalidArgumentError("A name is needed.");
}

export function parseText(text: string): string {
  if (text.trim() !== "") return text;
  throw new InvalidArgumentError("Some words are needed.");
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/u.test(text) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError("This must be a whole number, 0 or more.");
}

/** Gathers an option that may come several times. */
export function collect(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), text];
}
