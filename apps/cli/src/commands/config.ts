import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";

export function defineConfig(program: Command, run: Run): void {
  const config = program
    .command("config")
    .summary("read and change the configuration")
    .description("Read and change the configuration. Changes are checked first and keep comments and order.");
  defineGet(config, run);
  defineSet(config, run);
  defineUnset(config, run);
  definePatch(config, run);
  addVerb(config, "validate", {
    summary: "check the whole configuration",
    description: "Exits 1 when it has an error.",
    examples: ["loong config validate", "loong config validate --config ./new.yaml --json"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/config-validate.ts")).validate));
  addVerb(config, "schema", {
    summary: "the JSON Schema of the file, installed plugins included",
    examples: ["loong config schema > loong.schema.json"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/config-schema.ts")).schema));
  addVerb(config, "file", {
    summary: "where the file is",
    examples: ["loong config file", "loong config file --json"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/config-file.ts")).file));
  addVerb(config, "edit", {
    summary: "change the file in your editor; it is checked before it is used",
    examples: ["EDITOR=vim loong config edit"],
  })
    .option("--allow-loss", "also when a whole channel would be gone")
    .action(run(async () => (await import("../actions/config-edit.ts")).edit));
}

function defineGet(config: Command, run: Run): void {
  addVerb(config, "get", {
    summary: "print a value; secrets are hidden",
    examples: ["loong config get", "loong config get gateway.port", "loong config get channels.CHANNEL --json"],
  })
    .argument("[key]", "the whole file when left out")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/config-get.ts")).get));
}

function defineSet(config: Command, run: Run): void {
  addWriteOptions(
    addVerb(config, "set", {
      summary: "write one value",
      examples: [
        "loong config set gateway.port 8080",
        "loong config set channels.CHANNEL.enabled true",
        "loong config set channels.CHANNEL.appSecret --env APP_SECRET",
      ],
    })
      .argument("<key>")
      .argument("[value]", "true, numbers and JSON are read as such; anything else is text")
      .option("--env <name>", "read the value from this environment variable whenever it is needed"),
  ).action(run(async () => (await import("../actions/config-set.ts")).set));
}

function defineUnset(config: Command, run: Run): void {
  addWriteOptions(
    addVerb(config, "unset", {
      summary: "remove one key and what is under it",
      examples: ["loong config unset gateway.port", "loong config unset channels.CHANNEL --allow-loss"],
    }).argument("<key>"),
  ).action(run(async () => (await import("../actions/config-set.ts")).unset));
}

function definePatch(config: Command, run: Run): void {
  addWriteOptions(
    addVerb(config, "patch", {
      summary: "lay a JSON object over the configuration",
      description: "A null removes its key (RFC 7396). Everything is written, or nothing.",
      examples: [`loong config patch '{"gateway":{"port":8080}}'`, "loong config patch @patch.json --dry-run"],
    }).argument("<json>", "a JSON object, or @file"),
  ).action(run(async () => (await import("../actions/config-set.ts")).patch));
}

function addWriteOptions(command: Command): Command {
  return command
    .option("--dry-run", "say what would change and change nothing")
    .option("--allow-loss", "also when a whole channel would be gone")
    .addOption(jsonOption());
}
