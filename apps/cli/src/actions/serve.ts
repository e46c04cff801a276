import { runGateway } from "@loong/host/gateway";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";
import { chosenChannel } from "../chosen-channel.ts";

interface ServeOptions extends GlobalOptions {
  readonly channel?: string;
  readonly account?: string;
  readonly port?: number;
  readonly verbose?: boolean;
}

/** `loong channels serve [CHANNEL | --channel CHANNEL]` */
export async function serveChannel(cli: Cli, options: ServeOptions, channel: string | undefined): Promise<ExitCode> {
  return serveNamed(chosenChannel(channel, options.channel))(cli, options);
}

/** `loong <channel>-serve`: a gateway with one account, so that a reply goes the same way as it will later. */
export function serveNamed(channel: string): (cli: Cli, options: ServeOptions) => Promise<ExitCode> {
  return async (cli, options) => {
    const { account, port, verbose = false } = options;
    const { startAgain } = cli.self();
    const { restart } = await runGateway({
      ...hostOptions(cli, options),
      only: { channel, ...(account === undefined ? {} : { account }) },
      ...(port === undefined ? {} : { port }),
      verbose,
      restartable: startAgain !== undefined,
      signal: cli.interrupted(),
      terminal: { stdin: cli.stdin, ...cli.output },
    });
    if (restart) startAgain?.();
    return exitCodes.ok;
  };
}
