import { isLoongError } from "@loong/sdk";
import type { Cli } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { type DeskOptions, openDesk } from "../form/desk.ts";
import { fillSection } from "../form/fill.ts";
import { openPrompts } from "../form/prompts.ts";
import { chooseSection, namedSection } from "../form/sections.ts";

interface ConfigureOptions extends DeskOptions {
  readonly section?: string;
  readonly account?: string;
}

/** Fills in one section at a terminal. Exits 1 when the operator leaves without saving. */
export async function configure(cli: Cli, options: ConfigureOptions): Promise<ExitCode> {
  const prompts = await openPrompts(cli, "configure");
  try {
    prompts.begin("Loong configuration");
    const desk = await openDesk(cli, options, prompts);
    const { section: named, account } = options;
    const section = await (named === undefined ? chooseSection(desk) : namedSection(desk, named, account));
    const outcome = await fillSection(section, desk);
    prompts.end(outcome === "left" ? "Nothing was changed." : "`loong doctor` checks the whole configuration.");
    return outcome === "left" ? exitCodes.notHealthy : exitCodes.ok;
  } catch (error) {
    if (!isLoongError(error) || error.code !== "CLI_CANCELLED") throw error;
    prompts.end("Nothing was changed.");
    return exitCodes.notHealthy;
  }
}
