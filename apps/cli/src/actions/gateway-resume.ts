import { crashFileOf, forgetCrashes } from "@loong/host/safe-mode";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { connectTo, isGatewayRunning } from "../gateway-report.ts";
import { printJson, printLine } from "../output/output.ts";
import { pathsOf } from "../state.ts";

type Outcome = "resumed" | "not-held" | "not-running";

const WORDS: Readonly<Record<Outcome, string>> = {
  resumed: "The gateway left safe mode; everything is served again.",
  "not-held": "The gateway is not in safe mode: it serves already.",
  "not-running": "No gateway is running. The next one serves from its start, whatever happened to the last.",
};

export async function resumeGateway(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  const outcome = await resume(cli, options);
  if (options.json === true) printJson(cli.output, { outcome });
  else printLine(cli.output, WORDS[outcome]);
  return exitCodes.ok;
}

async function resume(cli: Cli, options: GlobalOptions): Promise<Outcome> {
  const paths = pathsOf(cli, options);
  if (await isGatewayRunning(paths)) return (await (await connectTo(paths)).resume()).outcome;
  forgetCrashes(crashFileOf(paths));
  return "not-running";
}
