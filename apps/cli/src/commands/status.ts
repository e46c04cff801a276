import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";

export function defineStatus(program: Command, run: Run): void {
  addVerb(program, "status", {
    summary: "gateway, channels, queues, agent and what to do next",
    examples: ["loong status", "loong status --json"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/status.ts")).status));
}
