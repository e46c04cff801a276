import type { MessageEntry } from "@loong/api";
import type { MessageQuery } from "@loong/host/control";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { connectTo, isGatewayRunning } from "../gateway-report.ts";
import { painter, printJson, printLine, printNote } from "../output/output.ts";
import { plainText } from "../output/plain-text.ts";
import { tableLines } from "../output/table.ts";
import { formatAge } from "../output/time.ts";
import { pathsOf } from "../state.ts";

interface ListOptions extends GlobalOptions, JsonOption {
  readonly box?: "inbox" | "outbox";
  readonly state?: readonly string[];
  readonly all?: boolean;
  readonly limit: number;
}

/** Every state in which a message still waits, or ended without reaching anybody. */
const NEEDS_ATTENTION = ["new", "running", "pending", "sending", "unknown", "dead", "rejected"];

export async function listMessages(cli: Cli, { box, state, all, limit, ...options }: ListOptions): Promise<ExitCode> {
  const states = state ?? (all === true ? undefined : NEEDS_ATTENTION);
  const entries = await readMessages(cli, options, {
    limit,
    ...(box === undefined ? {} : { box }),
    ...(states === undefined ? {} : { states }),
  });
  if (options.json === true) printJson(cli.output, { messages: entries });
  else if (entries.length === 0)
    printNote(cli.output, states === undefined ? "There are no messages." : "No message needs attention.");
  else for (const line of messageLines(entries, cli)) printLine(cli.output, line);
  return exitCodes.ok;
}

/** Of the running gateway, or as the last one left them. */
async function readMessages(cli: Cli, options: GlobalOptions, query: MessageQuery): Promise<readonly MessageEntry[]> {
  const paths = pathsOf(cli, options);
  if (await isGatewayRunning(paths)) return (await connectTo(paths)).messages(query);
  return (await import("@loong/host/stored")).storedMessages(paths, query);
}

export async function retryMessage(cli: Cli, options: GlobalOptions & JsonOption, id: string): Promise<ExitCode> {
  return report(cli, options, await (await client(cli, options)).messageRetry({ id }), "is tried again");
}

export async function dropMessage(cli: Cli, options: GlobalOptions & JsonOption, id: string): Promise<ExitCode> {
  return report(cli, options, await (await client(cli, options)).messageDrop({ id }), "is given up");
}

function client(cli: Cli, options: GlobalOptions) {
  return connectTo(pathsOf(cli, options));
}

function report(cli: Cli, options: JsonOption, entry: MessageEntry, outcome: string): ExitCode {
  if (options.json === true) printJson(cli.output, entry);
  else printLine(cli.output, `Message ${entry.id} ${outcome}.`);
  return exitCodes.ok;
}

function messageLines(entries: readonly MessageEntry[], cli: Cli): readonly string[] {
  const paint = painter(cli.output.stdout);
  const rows = entries.map((entry) => [
    entry.id,
    entry.box,
    paint(entry.error === null ? "quiet" : "bad", entry.state),
    `${entry.channel}/${entry.account}`,
    plainText(entry.conversation),
    formatAge(cli.now(), entry.atMs),
    String(entry.attempts),
    plainText(entry.preview.replaceAll("\n", " ")),
    plainText(entry.error ?? ""),
  ]);
  return tableLines(["ID", "BOX", "STATE", "ACCOUNT", "CONVERSATION", "WHEN", "TRIES", "TEXT", "ERROR"], rows);
}
