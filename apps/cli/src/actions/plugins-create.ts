import { join, relative } from "node:path";
import { CONTRACT_RANGE } from "@loong/sdk";
import type { Cli } from "../cli-context.ts";
import { rendered } from "../create/render.ts";
import { readTemplate } from "../create/template.ts";
import { gatherWishes, type WishOptions } from "../create/wishes.ts";
import { writeFiles } from "../create/write-files.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { printJson, printLine, printNote } from "../output/output.ts";

/** Writes a package with a channel that works, and says what to do with it. */
export async function createPlugin(cli: Cli, options: WishOptions, name?: string): Promise<ExitCode> {
  const wishes = await gatherWishes(cli, options, name);
  const { directory, transport } = wishes;
  const { version, templates } = cli.installation();
  const template = await readTemplate(join(templates, "channel"), transport);
  const files = rendered(template, wishes, { loong: version, contract: CONTRACT_RANGE });
  await writeFiles(directory, files);
  if (options.json === true) printJson(cli.output, { ...wishes, files: [...files.keys()].toSorted() });
  else {
    printLine(cli.output, directory);
    printNote(cli.output, nextSteps(directory));
  }
  return exitCodes.ok;
}

function nextSteps(directory: string): string {
  return [
    "A channel that works, over a platform that is made up. Next:",
    `  cd ${relative(".", directory) || "."}`,
    "  npm install",
    "  npm test",
    "README.md says what to put in whose place. `loong plugins test` and `loong plugins pack` come after.",
  ].join("\n");
}
