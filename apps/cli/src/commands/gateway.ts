import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, collect, jsonOption, parsePort } from "../program/verb.ts";

export function defineGateway(program: Command, run: Run): void {
  const gateway = program
    .command("gateway")
    .summary("run the gateway, see how it is, stop it")
    .description("The process that owns the accounts: one for each state directory.");
  addVerb(gateway, "run", {
    summary: "run the gateway in the foreground",
    description: "Exits 78 when it cannot start as things are: another one runs, or its port is taken.",
    examples: [
      "loong gateway run",
      "loong gateway run --port 8080 --verbose",
      "loong gateway run --session supervisor --channel-account CHANNEL=ACCOUNT",
    ],
  })
    .option("--session <name>", "with a prompt of your own, when this is a terminal")
    .option(
      "--channel-account <channel=account>",
      "serve only this account of a channel; once for each channel",
      collect,
    )
    .option("--port <port>", "port for webhooks and health, instead of the configured one", parsePort)
    .option("--verbose", "log everything")
    .action(run(async () => (await import("../actions/gateway-run.ts")).runInForeground));
  addVerb(gateway, "status", {
    summary: "whether a gateway runs, and how it is",
    examples: ["loong gateway status", "loong gateway status --json"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/gateway-status.ts")).gatewayStatus));
  addVerb(gateway, "stop", {
    summary: "stop the running gateway and wait until it is gone",
    examples: ["loong gateway stop"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/gateway-stop.ts")).stopGateway));
}
