import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption, parseName, parseText } from "../program/verb.ts";

export function defineAsk(program: Command, run: Run): void {
  addVerb(program, "ask", {
    summary: "ask the agent once and print its answer",
    description: "Each question stands for itself. With --session, the running gateway remembers what was said before.",
    examples: ['loong ask --message "Are you there?"', 'loong ask --session planning --message "And after that?"'],
  })
    .requiredOption("--message <text>", "what to ask", parseText)
    .option("--session <name>", "go on with this conversation, kept by the running gateway", parseName)
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/ask.ts")).ask));
}
