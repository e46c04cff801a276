import { type Command, Option } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";

export function defineSecurity(program: Command, run: Run): void {
  const security = program
    .command("security")
    .summary("look for what makes this installation less safe than it could be")
    .description("How safe this installation is. The bare verb audits it.");
  addVerb(security, "audit", {
    summary: "look through configuration, files, plugins and environment",
    description: [
      "Each finding has an id that stays the same, what was found, why it matters, and the command or key that mends it:",
      "  critical  somebody can get in, read secrets or run code",
      "  warning   one mistake away from that",
      "  info      worth knowing, and often meant so",
      "",
      "Nobody outside this machine is asked, no plugin and no command is run, no secret is shown. --fix " +
        "sets the modes of files and folders, and changes nothing else. Exits 1 when it shows anything critical or a warning.",
    ].join("\n"),
    examples: [
      "loong security audit",
      "loong security audit --severity critical",
      "loong security audit --fix --dry-run",
      "loong security audit --fix",
      "loong security audit --json",
    ],
  })
    .addOption(
      new Option("--severity <least>", "only what is at least this bad")
        .choices(["critical", "warning", "info"])
        .default("info"),
    )
    .option("--fix", "close files and folders that others can use")
    .option("--dry-run", "with --fix: only say what would be changed")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/security-audit.ts")).auditSecurity));
}
