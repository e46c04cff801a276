import { type Command, InvalidArgumentError, Option } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, collect, jsonOption, parseCount } from "../program/verb.ts";

export function defineMessages(program: Command, run: Run): void {
  const messages = program
    .command("messages")
    .summary("messages that wait or did not end well: list, retry, drop")
    .description("What the gateway took in and what it sent. The bare verb lists what needs attention.");
  addVerb(messages, "list", {
    summary: "messages that wait or did not end well",
    examples: ["loong messages", "loong messages list --all --limit 20", "loong messages list --state dead --json"],
  })
    .addOption(new Option("--box <box>", "only what came in, or only what goes out").choices(["inbox", "outbox"]))
    .addOption(
      new Option("--state <state>", "only messages in this state; may come several times")
        .choices(STATES)
        .argParser(collectState),
    )
    .option("--all", "also messages that ended well")
    .option("--limit <count>", "at most this many", parseCount, 100)
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/messages.ts")).listMessages));
  addVerb(messages, "retry", {
    summary: "try a message again",
    examples: ["loong messages retry 42", "loong messages retry 42:0"],
  })
    .argument("<id>", "as `loong messages` shows it")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/messages.ts")).retryMessage));
  addVerb(messages, "drop", {
    summary: "give a message up: it is never sent",
    examples: ["loong messages drop 42:0"],
  })
    .argument("<id>", "as `loong messages` shows it")
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/messages.ts")).dropMessage));
}

/** Of what came in, and of what goes out. */
const STATES = ["new", "running", "done", "denied", "pending", "sending", "sent", "unknown", "dead", "rejected"];

function collectState(text: string, before: readonly string[] | undefined): readonly string[] {
  if (STATES.includes(text)) return collect(text, before);
  throw new InvalidArgumentError(`Allowed choices are ${STATES.join(", ")}.`);
}
