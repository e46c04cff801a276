import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cli, GlobalOptions } from "../cli-context.ts";
import type { Shell } from "../commands/completion.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";

/** The library's script for bash needs the package bash-completion, and runs what stands on the line. */
export async function printCompletion(cli: Cli, _options: GlobalOptions, shell: Shell): Promise<ExitCode> {
  if (shell === "bash") {
    cli.output.stdout.write(await readFile(join(cli.installation().templates, "completion.bash"), "utf8"));
    return exitCodes.ok;
  }
  const { script } = await import("@bomb.sh/tab");
  script(shell, "loong", "loong");
  return exitCodes.ok;
}
