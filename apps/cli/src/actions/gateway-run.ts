import { runGateway } from "@loong/host/gateway";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";

interface RunOptions extends GlobalOptions {
  readonly session?: string;
  readonly channelAccount?: readonly string[];
  readonly port?: number;
  readonly verbose?: boolean;
  /** `false` with `--no-safe-mode`. */
  readonly safeMode?: boolean;
}

export async function runInForeground(cli: Cli, options: RunOptions): Promise<ExitCode> {
  const { session, channelAccount, port, verbose = false, safeMode = true } = options;
  const { startAgain } = cli.self();
  const { restart } = await runGateway({
    ...hostOptions(cli, options),
    ...(session === undefined ? {} : { session }),
    ...(channelAccount === undefined ? {} : { selectors: channelAccount }),
    ...(port === undefined ? {} : { port }),
    verbose,
    noSafeMode: !safeMode,
    restartable: startAgain !== undefined,
    signal: cli.interrupted(),
    terminal: { stdin: cli.stdin, ...cli.output },
  });
  if (restart) startAgain?.();
  return exitCodes.ok;
}
