import { Argument, type Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb } from "../program/verb.ts";

const SHELLS = ["zsh", "bash", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

export function defineCompletion(program: Command, run: Run): void {
  addVerb(program, "completion", {
    summary: "shell completion for zsh, bash, fish and PowerShell",
    description: "Prints the script that teaches a shell the words of this command.",
    examples: [
      "loong completion zsh > ~/.zfunc/_loong",
      "source <(loong completion bash)",
      "loong completion fish > ~/.config/fish/completions/loong.fish",
    ],
  })
    .addArgument(new Argument("<shell>", "which shell").choices(SHELLS))
    .action(run(async () => (await import("../actions/completion.ts")).printCompletion));
}
