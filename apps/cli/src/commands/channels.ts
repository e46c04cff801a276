import { type Command, Option } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption, parseName, parsePort } from "../program/verb.ts";
import { addContentOptions } from "./send-options.ts";

export function defineChannels(program: Command, run: Run): void {
  const channels = program
    .command("channels")
    .summary("list, check, send through and serve channels")
    .description("List, check, send through and serve channels. The bare verb lists them.");
  defineList(channels, run);
  defineStatus(channels, run);
  defineSend(channels, run);
  defineServe(channels, run);
}

function defineList(channels: Command, run: Run): void {
  addVerb(channels, "list", {
    summary: "installed channels and their accounts",
    examples: ["loong channels", "loong channels --json"],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/channels-list.ts")).listChannels));
}

function defineStatus(channels: Command, run: Run): void {
  addVerb(channels, "status", {
    summary: "how every account stands",
    description:
      "With --probe, asks the platforms whether the credentials work. Exits 1 when an enabled account fails.",
    examples: ["loong channels status --probe", "loong channels status --channel CHANNEL --json"],
  })
    .option("--probe", "ask the platforms")
    .option("--channel <channel>", "only this channel")
    .option("--account <id>", "only this account", parseName)
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/channels-status.ts")).channelsStatus));
}

function defineSend(channels: Command, run: Run): void {
  const send = addVerb(channels, "send", {
    summary: "send one message",
    description:
      "Goes through the running gateway, or opens the account itself when none runs. Exits 1 when it was not delivered.",
    examples: [
      'loong channels send CHANNEL --target TARGET --text "hello"',
      "loong channels send CHANNEL --target TARGET --card @card.json",
    ],
  })
    .argument("[channel]", "id or alias of the channel")
    .option("--channel <channel>", "the same as the argument");
  addSendOptions(send).action(run(async () => (await import("../actions/send.ts")).sendThrough));
}

function defineServe(channels: Command, run: Run): void {
  const serve = addVerb(channels, "serve", {
    summary: "serve one account in the foreground until Ctrl-C",
    description: "A gateway with this one account: for trying a channel before the gateway owns it.",
    examples: ["loong channels serve CHANNEL", "loong channels serve CHANNEL --account work"],
  })
    .argument("[channel]", "id or alias of the channel")
    .option("--channel <channel>", "the same as the argument");
  addServeOptions(serve).action(run(async () => (await import("../actions/serve.ts")).serveChannel));
}

/** The flags of `channels serve` and `<channel>-serve`. */
export function addServeOptions(command: Command): Command {
  return command
    .option("--account <id>", "this account instead of the default one", parseName)
    .option("--port <port>", "port for webhooks and health, instead of the configured one", parsePort)
    .option("--verbose", "log everything");
}

/** The flags of `channels send` and `<channel>-send`. */
export function addSendOptions(command: Command): Command {
  return addContentOptions(
    command
      .option("--target <target>", "where to: a conversation or a person, as the platform names it; also --to")
      .option("--text <text>", "what to say; also --message")
      .addOption(new Option("--to <target>").conflicts("target").hideHelp())
      .addOption(new Option("--message <text>").conflicts("text").hideHelp())
      .option("--account <id>", "this account instead of the default one", parseName),
  ).addOption(jsonOption());
}
