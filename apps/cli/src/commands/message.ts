import { type Command, Option } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption, parseName } from "../program/verb.ts";
import { addContentOptions } from "./send-options.ts";

export function defineMessage(program: Command, run: Run): void {
  const message = program.command("message").summary("send a message").description("Send a message.");
  const send = addVerb(message, "send", {
    summary: "send one message",
    description: "The channel may be left out when only one is configured. Exits 1 when it was not delivered.",
    examples: [
      'loong message send --to TARGET --message "hello"',
      "loong message send --channel CHANNEL --account work --to TARGET --image chart.png",
    ],
  })
    .option("--to <target>", "where to: a conversation or a person, as the platform names it; also --target")
    .option("--message <text>", "what to say; also --text")
    .addOption(new Option("--target <target>").conflicts("to").hideHelp())
    .addOption(new Option("--text <text>").conflicts("message").hideHelp())
    .option("--channel <channel>", "id or alias of the channel")
    .option("--account <id>", "this account instead of the default one", parseName);
  addContentOptions(send)
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/send.ts")).sendMessage));
}
