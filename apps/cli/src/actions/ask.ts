import type { ChatRequest } from "@loong/api";
import type { AgentEvent } from "@loong/sdk";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { connectTo, isGatewayRunning } from "../gateway-report.ts";
import { hostOptions } from "../host-options.ts";
import { printJson } from "../output/output.ts";
import { terminalText } from "../output/plain-text.ts";
import { withProgress } from "../output/progress.ts";
import { pathsOf, readUsableState } from "../state.ts";

interface AskOptions extends GlobalOptions, JsonOption {
  readonly message: string;
  readonly session?: string;
}

export async function ask(cli: Cli, options: AskOptions): Promise<ExitCode> {
  const { message, session } = options;
  if (session !== undefined) return askGateway(cli, options, { message, session });
  await readUsableState(cli, options, { validate: false });
  const { openDirect } = await import("@loong/host/direct");
  const direct = await openDirect(hostOptions(cli, options));
  try {
    return await print(cli, options, direct.ask({ message }, cli.interrupted()));
  } finally {
    await direct.close();
  }
}

/** What was said before is in the gateway's journal. */
async function askGateway(cli: Cli, options: AskOptions, request: ChatRequest): Promise<ExitCode> {
  const paths = pathsOf(cli, options);
  if (!(await isGatewayRunning(paths))) throw cliErrors.CLI_SESSION_WITHOUT_GATEWAY([request.session]);
  return print(cli, options, (await connectTo(paths)).chat(request, cli.interrupted()));
}

/** The answer as it comes, and nothing else, on stdout. */
async function print(cli: Cli, { json }: AskOptions, events: AsyncIterable<AgentEvent>): Promise<ExitCode> {
  const { stdout } = cli.output;
  let answer = "";
  let done: Extract<AgentEvent, { type: "done" }> | undefined;
  for await (const event of announced(cli, events)) {
    if (event.type === "done") done = event;
    else {
      answer += event.delta;
      if (json !== true) stdout.write(stdout.isTTY === true ? terminalText(event.delta) : event.delta);
    }
  }
  if (json === true) printJson(cli.output, { answer, model: done?.model ?? null, usage: done?.usage ?? null });
  else if (!answer.endsWith("\n")) stdout.write("\n");
  return exitCodes.ok;
}

/** The same events; whoever waits a second for the first is told. */
async function* announced(cli: Cli, events: AsyncIterable<AgentEvent>): AsyncGenerator<AgentEvent> {
  const iterator = events[Symbol.asyncIterator]();
  let step = await withProgress(cli.output, "Waiting for the answer…", iterator.next());
  for (; step.done !== true; step = await iterator.next()) yield step.value;
}
