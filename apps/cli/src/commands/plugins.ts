import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";

export function definePlugins(program: Command, run: Run): void {
  const plugins = program
    .command("plugins")
    .summary("installed channels and agents")
    .description("Installed channels and agents. The bare verb lists them.");
  addVerb(plugins, "list", {
    summary: "installed channels and agents",
    examples: ["loong plugins list", "loong plugins list --json"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins.ts")).listPlugins));
  addVerb(plugins, "info", {
    summary: "what one plugin is and which keys it has",
    examples: ["loong plugins info CHANNEL"],
  })
    .argument("<id>", "id or alias of a channel, or id of an agent")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/plugins.ts")).showPlugin));
}
