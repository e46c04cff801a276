import type { SendRequest, SendResult } from "@loong/api";
import { findAccount } from "@loong/config";
import { openDirect } from "@loong/host/direct";
import { chosenChannel } from "../chosen-channel.ts";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ContentOptions, readContent } from "../content.ts";
import { cliErrors } from "../errors.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";
import { type Output, painter, printJson, printLine, printNote } from "../output/output.ts";
import { plainMessage } from "../output/plain-text.ts";
import { withProgress } from "../output/progress.ts";
import { readUsableState, type State } from "../state.ts";

/** `to` and `target`, `message` and `text` are the same; every verb takes both. */
interface SendOptions extends GlobalOptions, JsonOption, ContentOptions {
  readonly channel?: string;
  readonly account?: string;
  readonly thread?: string;
  readonly to?: string;
  readonly target?: string;
  readonly message?: string;
  readonly text?: string;
}

/** `loong channels send [CHANNEL | --channel CHANNEL]` */
export async function sendThrough(cli: Cli, options: SendOptions, channel: string | undefined): Promise<ExitCode> {
  return sendThroughNamed(chosenChannel(channel, options.channel))(cli, options);
}

/** `loong <channel>-send` */
export function sendThroughNamed(channel: string): (cli: Cli, options: SendOptions) => Promise<ExitCode> {
  return (cli, options) => send(cli, { ...options, channel }, ["--target", "--text"]);
}

/** `loong message send` */
export async function sendMessage(cli: Cli, options: SendOptions): Promise<ExitCode> {
  return send(cli, options, ["--to", "--message"]);
}

async function send(
  cli: Cli,
  options: SendOptions,
  [targetFlag, textFlag]: readonly [string, string],
): Promise<ExitCode> {
  const { target = options.to ?? "", text = options.message } = options;
  const content = await readContent(text, textFlag, options);
  const state = await readUsableState(cli, options);
  const { manifest } = state.plugins.channel(options.channel ?? onlyChannel(state));
  if (target.trim() === "" && manifest.target.required) {
    throw cliErrors.CLI_TARGET_MISSING([manifest.id, targetFlag, manifest.target.form]);
  }
  const account = findAccount(state.config, manifest.id, options.account);
  if (options.account === undefined && account.defaultSource === "first") {
    printNote(
      cli.output,
      `note: sent as account "${account.id}", the first of ${manifest.id}; name one with --account, or set defaultAccount.`,
    );
  }
  const request: SendRequest = {
    channel: manifest.id,
    account: account.id,
    to: target,
    ...(options.thread === undefined ? {} : { threadId: options.thread }),
    content,
  };
  const result = await withProgress(cli.output, "Sending…", deliver(cli, options, request));
  return report(cli.output, result, options.json === true);
}

/** The channel nobody had to name, because it is the only one. */
function onlyChannel({ config }: State): string {
  const channels = [...new Set(config.accounts.filter(({ enabled }) => enabled).map(({ channel }) => channel))];
  if (channels[0] === undefined) throw cliErrors.CLI_NO_CHANNEL_CONFIGURED([]);
  if (channels.length > 1) throw cliErrors.CLI_CHANNEL_AMBIGUOUS([channels]);
  return channels[0];
}

/** Through the gateway when one runs, or by opening the account here: never by a second connection. */
async function deliver(cli: Cli, options: GlobalOptions, request: SendRequest): Promise<SendResult> {
  const direct = await openDirect(hostOptions(cli, options));
  try {
    return await direct.send(request);
  } finally {
    await direct.close();
  }
}

function report(output: Output, result: SendResult, json: boolean): ExitCode {
  if (json) printJson(output, result);
  else if (result.delivered) printLine(output, deliveredLine(result));
  if (!result.delivered) printFailure(output, result);
  return result.delivered ? exitCodes.ok : exitCodes.notHealthy;
}

function deliveredLine({ channel, account, to, messageId, degraded }: SendResult): string {
  const place = `${channel}/${account}${to === "" ? "" : ` to ${to}`}`;
  return `Sent through ${place}${messageId === null ? "" : ` as ${messageId}`}${degraded === null ? "." : `; ${degraded}.`}`;
}

function printFailure(output: Output, { channel, account, state, error, via }: SendResult): void {
  const paint = painter(output.stderr);
  const reason = error === null ? "" : `: ${plainMessage(error.message)}`;
  printNote(output, `${paint("bad", "error:")} ${channel}/${account} did not deliver the message (${state})${reason}`);
  const elsewhere = via === "direct" ? "`loong logs` has the details." : "See what became of it with `loong messages`.";
  const hint = error?.hint ?? elsewhere;
  printNote(output, `${paint("strong", "hint:")} ${hint}`);
}
