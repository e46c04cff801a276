import { getSystemErrorMessage } from "node:util";
import { isLoongError, type LoongError } from "@loong/sdk";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodeOf } from "../exit-codes.ts";
import { type Output, painter, printJson } from "./output.ts";
import { plainMessage } from "./plain-text.ts";

export interface ReportOptions {
  readonly output: Output;
  /** A program reads stdout: it gets the error there too. */
  readonly json: boolean;
  /** Adds the stack. */
  readonly debug: boolean;
}

/** Says what happened and what to do, on stderr, and with `--json` as `{ error }` on stdout. */
export function reportError(error: unknown, { output, json, debug }: ReportOptions): ExitCode {
  const { code, message, hint } = words(isLoongError(error) ? error : unexpected(error));
  const paint = painter(output.stderr);
  output.stderr.write(`${paint("bad", "error:")} ${message}\n`);
  if (hint !== null) output.stderr.write(`${paint("strong", "hint:")} ${hint}\n`);
  if (debug && error instanceof Error) output.stderr.write(`${stackOf(error)}\n`);
  if (json) printJson(output, { error: { code, message, hint } });
  return exitCodeOf(code);
}

/** A full disk and a folder of somebody else are no fault of the command. */
const REFUSALS: ReadonlySet<string> = new Set([
  "EACCES",
  "EDQUOT",
  "EIO",
  "EMFILE",
  "ENFILE",
  "ENOSPC",
  "EPERM",
  "EROFS",
]);

function unexpected(error: unknown): LoongError {
  const { code = "", errno = 0, syscall = "", path = "" } = error as NodeJS.ErrnoException;
  if (error instanceof Error && REFUSALS.has(code))
    return cliErrors.CLI_SYSTEM_REFUSED([`${syscall} ${path}`.trim(), getSystemErrorMessage(errno)], { cause: error });
  return cliErrors.CLI_INTERNAL([error instanceof Error ? error.message : String(error)], { cause: error });
}

/** What it may quote is made plain. The cause stays behind: it may hold a secret. */
function words({ code, message, hint }: LoongError): { code: string; message: string; hint: string | null } {
  return { code, message: plainMessage(message), hint: hint === undefined ? null : plainMessage(hint) };
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : "";
  return `${error.stack ?? error.message}${cause}`;
}
