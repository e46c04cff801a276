import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, collect, jsonOption, parseName, parsePort } from "../program/verb.ts";

export function defineGateway(program: Command, run: Run): void {
  const gateway = program
    .command("gateway")
    .summary("run the gateway, see how it is, stop it, install it as a service")
    .description("The process that owns the accounts: one for each state directory.");
  defineRun(gateway, run);
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
  addVerb(gateway, "restart", {
    summary: "start the gateway again, and wait until it runs",
    description:
      "The service is restarted by the system. A gateway in a terminal starts again in place, with the same flags.",
    examples: ["loong gateway restart"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/gateway-restart.ts")).restartGateway));
  addVerb(gateway, "resume", {
    summary: "leave safe mode: serve everything again",
    description:
      "A gateway that crashed three times within five minutes, or found its journal damaged, serves nobody until it is told " +
      "to; `loong gateway status` says why. What waits in the queues goes on at once. When no gateway runs, the next one serves from its start.",
    examples: ["loong gateway resume", "loong gateway resume --json"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/gateway-resume.ts")).resumeGateway));
  defineService(gateway, run);
}

function defineRun(gateway: Command, run: Run): void {
  const command = addVerb(gateway, "run", {
    summary: "run the gateway in the foreground",
    description:
      "Exits 78 when it cannot start as things are: another one runs, or its port is taken.\n\n" +
      "After three crashes within five minutes it starts in safe mode: it answers these commands and serves nobody. " +
      "`loong gateway resume` leaves it; --no-safe-mode forgets the crashes. It enters it too when it finds its journal damaged.",
    examples: [
      "loong gateway run",
      "loong gateway run --port 8080 --verbose",
      "loong gateway run --no-safe-mode",
      "loong gateway run --session supervisor --channel-account CHANNEL=ACCOUNT",
    ],
  })
    .option("--session <name>", "with a prompt of your own, when this is a terminal", parseName)
    .option("--no-safe-mode", "serve everything, although the last gateways crashed");
  addRunOptions(command).action(run(async () => (await import("../actions/gateway-run.ts")).runInForeground));
}

/** As a service of this user: systemd on Linux, launchd on macOS. */
function defineService(gateway: Command, run: Run): void {
  const install = addVerb(gateway, "install", {
    summary: "let the system run the gateway: as a service of yours, from login on",
    description:
      "Writes a systemd user unit (on macOS a launchd agent) for `gateway run` with these flags, and starts it. " +
      "Secrets are not copied: those from the environment belong into gateway.env in the state directory.",
    examples: ["loong gateway install --dry-run", "loong gateway install --channel-account CHANNEL=ACCOUNT"],
  });
  addRunOptions(install)
    .option("--dry-run", "only say what would be done")
    .option("--print", "only print the service's file")
    .option("--force", "also over a file that was not written by this command")
    .action(run(async () => (await import("../actions/gateway-install.ts")).installGateway));
  addVerb(gateway, "uninstall", {
    summary: "stop the service and remove it; configuration and messages stay",
    examples: ["loong gateway uninstall"],
  })
    .option("--force", "also a file that was not written by this command")
    .action(run(async () => (await import("../actions/gateway-uninstall.ts")).uninstallGateway));
}

/** What is run the same way in a terminal and as a service. */
function addRunOptions(command: Command): Command {
  return command
    .option(
      "--channel-account <channel=account>",
      "serve only this account of a channel; once for each channel",
      collect,
    )
    .option("--port <port>", "port for webhooks and health, instead of the configured one", parsePort)
    .option("--verbose", "log everything");
}
