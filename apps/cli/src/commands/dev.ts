import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, parsePort } from "../program/verb.ts";

export function defineDev(program: Command, run: Run): void {
  const dev = program
    .command("dev")
    .summary("local stand-ins for platforms and model providers")
    .description("Local stand-ins for platforms and model providers.");
  addVerb(dev, "emulate", {
    summary: "run a plugin's emulator until Ctrl-C",
    examples: ["loong dev emulate llm", "loong dev emulate CHANNEL --port 9000"],
  })
    .argument("<name>", "id or alias of an installed plugin that has an emulator")
    .argument("[args...]", "what this emulator takes")
    .option("--port <port>", "the port to listen on; 0 takes a free one", parsePort, 0)
    .option("--host <address>", "the address to listen on", "127.0.0.1")
    .action(run(async () => (await import("../actions/emulate.ts")).emulate));
}
