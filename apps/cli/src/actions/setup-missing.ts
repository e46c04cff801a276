import { type Checklist, readChecklist, type Step } from "../checklist.ts";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";
import { type Output, painter, printJson, printLine } from "../output/output.ts";
import { plainMessage } from "../output/plain-text.ts";
import { withProgress } from "../output/progress.ts";
import { readState } from "../state.ts";

interface MissingOptions extends GlobalOptions, JsonOption {
  readonly probe?: boolean;
}

/** What is missing before the gateway can answer anybody. Exits 1 while something is. */
export async function listMissing(cli: Cli, options: MissingOptions): Promise<ExitCode> {
  const reading = readChecklist(await readState(cli, options), hostOptions(cli, options), options.probe === false);
  const checklist = await withProgress(cli.output, "Looking…", reading);
  if (options.json === true) printJson(cli.output, checklist);
  else printChecklist(cli.output, checklist);
  return checklist.ok ? exitCodes.ok : exitCodes.notHealthy;
}

const STEPS: Readonly<Record<Step["step"], string>> = {
  machine: "This machine",
  agent: "The agent",
  channels: "Channels",
};

function printChecklist(output: Output, { ok, steps }: Checklist): void {
  const paint = painter(output.stdout);
  for (const { step, ok: isThere, facts, missing } of steps) {
    printLine(output, `${isThere ? paint("good", "ok     ") : paint("bad", "missing")}  ${STEPS[step]}`);
    for (const fact of isThere ? facts : []) printLine(output, `         ${fact}`);
    for (const { what, hint, commands } of missing) {
      printLine(output, `         ${plainMessage(`${what} ${commands.length > 0 ? "" : (hint ?? "")}`.trimEnd())}`);
      for (const command of commands) printLine(output, `           ${paint("strong", command)}`);
    }
  }
  printLine(output, ok ? "\nStart it: loong gateway run" : "\nOr step by step at a terminal: loong setup");
}
