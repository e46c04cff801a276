import type { Writable } from "node:stream";
import { styleText } from "node:util";

/** Where a command writes: results to stdout, everything else to stderr. */
export interface Output {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** A terminal says so. */
export type OutputStream = Writable & { readonly isTTY?: boolean };

export type Tone = "good" | "warn" | "bad" | "strong" | "quiet";

const FORMATS = { good: "green", warn: "yellow", bad: "red", strong: "bold", quiet: "dim" } as const;

/** Colour on a terminal, plain text in a pipe or with NO_COLOR. */
export type Paint = (tone: Tone, text: string) => string;

export function painter(stream: OutputStream): Paint {
  return (tone, text) => styleText(FORMATS[tone], text, { stream });
}

export function printLine(output: Output, line = ""): void {
  output.stdout.write(`${line}\n`);
}

export function printJson(output: Output, value: unknown): void {
  output.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Something for the person at the terminal that no program should read. */
export function printNote(output: Output, note: string): void {
  output.stderr.write(`${note}\n`);
}
