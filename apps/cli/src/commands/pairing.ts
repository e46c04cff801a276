import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption, parseName } from "../program/verb.ts";

export function definePairing(program: Command, run: Run): void {
  const pairing = program
    .command("pairing")
    .summary("who may talk in private: list, approve, reject, revoke")
    .description("Who may talk to the bot in private. The bare verb lists requests and approved people.");
  addVerb(pairing, "list", {
    summary: "open requests and approved people",
    examples: ["loong pairing list", "loong pairing list CHANNEL --json"],
  })
    .argument("[channel]", "only this channel")
    .option("--account <id>", "only this account", parseName)
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/pairing.ts")).listPairings));
  addVerb(pairing, "approve", {
    summary: "let the person with this code talk in private",
    examples: ["loong pairing approve CHANNEL ABCD2345"],
  })
    .argument("<channel>", "id or alias of the channel")
    .argument("<code>", "the code the person was shown")
    .option("--account <id>", "the account they wrote to, when several have such a request", parseName)
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/pairing.ts")).approvePairing));
  addVerb(pairing, "reject", {
    summary: "turn a request down",
    examples: ["loong pairing reject CHANNEL ABCD2345"],
  })
    .argument("<channel>", "id or alias of the channel")
    .argument("<code>", "the code the person was shown")
    .option("--account <id>", "the account they wrote to, when several have such a request", parseName)
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/pairing.ts")).rejectPairing));
  addVerb(pairing, "revoke", {
    summary: "take an approval back",
    examples: ["loong pairing revoke CHANNEL SENDER"],
  })
    .argument("<channel>", "id or alias of the channel")
    .argument("<sender>", "the person's id, as `loong pairing list` shows it")
    .option("--account <id>", "the account they may no longer talk to", parseName)
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/pairing.ts")).revokePairing));
}
