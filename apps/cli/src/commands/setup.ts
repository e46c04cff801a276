import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";

export function defineSetup(program: Command, run: Run): void {
  addVerb(program, "setup", {
    summary: "the first steps: a model provider, then channels",
    description: [
      "Looks at this machine, then asks for a model provider and for the channels you choose, and tries each before it is",
      "saved. Run it again whenever you like: it shows what is there and changes only what you choose.",
      "Without a terminal, --non-interactive lists what is missing with the commands that mend it, and exits 1 while",
      "something is.",
    ].join("\n"),
    examples: ["loong setup", "loong setup --non-interactive", "loong setup --json"],
  })
    .option("--non-interactive", "ask nothing and say what is missing")
    .option("--no-probe", "do not ask the provider or the platforms whether it works")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/setup.ts")).setup));
}
