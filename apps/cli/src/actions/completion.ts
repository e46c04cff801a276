import type { Cli, GlobalOptions } from "../cli-context.ts";
import type { Shell } from "../commands/completion.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printLine } from "../output/output.ts";

/** What the script asks of the package bash-completion, for a bash without it. That package's own replaces this. */
const BASH_WORDS = `declare -F _get_comp_words_by_ref >/dev/null || _get_comp_words_by_ref() {
    words=("\${COMP_WORDS[@]}")
    cword=$COMP_CWORD
    cur=\${words[cword]}
    prev=\${words[cword - 1]}
}`;

export async function printCompletion(cli: Cli, _options: GlobalOptions, shell: Shell): Promise<ExitCode> {
  const { script } = await import("@bomb.sh/tab");
  if (shell === "bash") printLine(cli.output, BASH_WORDS);
  script(shell, "loong", "loong");
  return exitCodes.ok;
}
