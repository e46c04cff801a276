import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { cliErrors } from "../errors.ts";

/** How an operator agrees to a change before it is made. */
export interface AgreementOptions extends GlobalOptions, JsonOption {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Before anything is fetched: somebody has agreed, or is there to be asked.
 * @throws CLI_NEEDS_AGREEMENT
 */
export function requireAgreement({ stdin, output }: Cli, options: AgreementOptions, command: string): void {
  if (options.yes === true || options.dryRun === true) return;
  if (!stdin.isTTY || output.stderr.isTTY !== true) throw cliErrors.CLI_NEEDS_AGREEMENT([command]);
}

/** `--yes`, or the answer of a person at the terminal. Leaving the question is a no. */
export async function isAgreed(cli: Cli, options: AgreementOptions, question: string): Promise<boolean> {
  if (options.yes === true) return true;
  const clack = await import("@clack/prompts");
  const answer = await clack.confirm({
    input: cli.stdin,
    output: cli.output.stderr,
    message: question,
    initialValue: false,
  });
  return answer === true;
}
