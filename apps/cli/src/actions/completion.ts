import type { Cli, GlobalOptions } from "../cli-context.ts";
import type { Shell } from "../commands/completion.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";

export async function printCompletion(_cli: Cli, _options: GlobalOptions, shell: Shell): Promise<ExitCode> {
  const { script } = await import("@bomb.sh/tab");
  script(shell, "loong", "loong");
  return exitCodes.ok;
}
