import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, parseName } from "../program/verb.ts";

export function defineConfigure(program: Command, run: Run): void {
  addVerb(program, "configure", {
    summary: "fill in a channel, a model provider or the gateway, step by step",
    description: [
      "Asks for what the section needs, tries it, and saves it only when you say so; comments in the file stay.",
      "Secrets are never shown. Each may stand in the file, or be taken from an environment variable or another file.",
      "Ctrl-C leaves the file as it was. Needs a terminal: programs use `loong config set`.",
    ].join("\n"),
    examples: [
      "loong configure",
      "loong configure --section channels.CHANNEL",
      "loong configure --section channels.CHANNEL --account work",
      "loong configure --section providers",
      "loong configure --section gateway",
    ],
  })
    .option("--section <key>", "this part of the file, without being asked: channels.CHANNEL, providers, gateway")
    .option("--account <id>", "this account of the channel; a new name makes a new account", parseName)
    .option("--no-probe", "do not ask the platform or the provider whether it works")
    .action(run(async () => (await import("../actions/configure.ts")).configure));
}
