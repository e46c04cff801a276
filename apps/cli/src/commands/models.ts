import type { Command } from "commander";
import type { Run } from "../program/run.ts";
import { addVerb, jsonOption } from "../program/verb.ts";

export function defineRuntime(program: Command, run: Run): void {
  const models = program
    .command("runtime")
    .summary("the models the agent can use")
    .description("The models the agent can use.")
    .command("models")
    .summary("models of the active provider")
    .description("Models of the active provider.");
  defineList(models, "list", "loong runtime models list", run);
}

export function defineListModels(program: Command, run: Run): void {
  defineList(program, "list-models", "loong list-models", run);
}

function defineList(parent: Command, name: string, line: string, run: Run): void {
  addVerb(parent, name, {
    summary: "ask the active provider which models there are",
    examples: [line, `${line} --json`],
  })
    .addOption(jsonOption())
    .action(run(async () => (await import("../actions/models.ts")).listModels));
}
