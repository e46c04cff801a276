import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";

export function defineBackup(program: Command, run: Run): void {
  const backup = program
    .command("backup")
    .summary("copy everything the gateway remembers, and put a copy back")
    .description(
      "Messages, answers, pairings and conversations, in one file. The config file and secrets are not in it: keep those " +
        "yourself.",
    );
  addVerb(backup, "create", {
    summary: "copy what the gateway remembers, also while it runs",
    description:
      "The copy is as things stand at one moment, checked, and readable by you alone. Without --output it goes into " +
      "`backups` of the state directory, under a name with the time.",
    examples: ["loong backup create", "loong backup create --output /mnt/safe", "loong backup create --json"],
  })
    .option("--output <path>", "a file that is not there yet, or a folder")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/backup.ts")).makeBackup));
  addVerb(backup, "restore", {
    summary: "put a copy in the place of what is there, and keep that",
    description:
      "Refuses while a gateway runs, and a file that is damaged or of a newer version. What waited when the copy was made is " +
      "answered at the next start, also when it was answered since; what the platforms delivered after it is not known any more.",
    examples: ["loong backup restore backup.sqlite --dry-run", "loong backup restore backup.sqlite"],
  })
    .argument("<file>", "what `loong backup create` wrote")
    .option("--dry-run", "only check the copy and say what would be done")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/backup.ts")).putBack));
}
