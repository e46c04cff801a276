import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";

export function defineDoctor(program: Command, run: Run): void {
  addVerb(program, "doctor", {
    summary: "check the configuration, the agent and every channel",
    description: "Asks the model provider and the platforms whether the credentials work. Exits 1 when a check fails.",
    examples: ["loong doctor", "loong doctor --fix --dry-run", "loong doctor --fix", "loong doctor --offline --json"],
  })
    .option("--fix", "mend what can be mended without a decision: folders, permissions, what a dead gateway left")
    .option("--dry-run", "with --fix: only say what would be mended")
    .option("--offline", "ask nobody outside this machine")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/doctor.ts")).doctor));
}
