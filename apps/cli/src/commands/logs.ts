import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption, parseCount } from "../program/verb.ts";

export function defineLogs(program: Command, run: Run): void {
  addVerb(program, "logs", {
    summary: "what the gateway wrote",
    examples: ["loong logs", "loong logs -f", "loong logs --lines 500 --json"],
  })
    .option("-f, --follow", "go on with lines as they come")
    .option("-n, --lines <count>", "how many of the last lines", parseCount, 50)
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/logs.ts")).showLogs));
}
