import type { ModelInfo } from "@loong/sdk";
import { openDirect } from "@loong/host/direct";
import type { Cli, GlobalOptions, JsonOption } from "../cli-context.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { hostOptions } from "../host-options.ts";
import { printJson, printLine, printNote } from "../output/output.ts";
import { withProgress } from "../output/progress.ts";
import { tableLines } from "../output/table.ts";
import { readUsableState } from "../state.ts";

export async function listModels(cli: Cli, options: GlobalOptions & JsonOption): Promise<ExitCode> {
  await readUsableState(cli, options, { validate: false });
  const direct = await openDirect(hostOptions(cli, options));
  try {
    const list = await withProgress(cli.output, "Asking the provider…", direct.models());
    if (options.json === true) printJson(cli.output, list);
    else {
      printNote(
        cli.output,
        `${list.models.length} models of ${list.providerId} (${list.providerKind}) from ${list.modelsEndpoint}`,
      );
      for (const line of tableLines(["MODEL", "NOTE"], list.models.map(modelRow))) printLine(cli.output, line);
    }
    return exitCodes.ok;
  } finally {
    await direct.close();
  }
}

function modelRow({ id, chat, retiring }: ModelInfo): readonly string[] {
  const notes = [...(chat ? [] : ["not for conversations"]), ...(retiring === true ? ["retiring"] : [])];
  return [id, notes.join(", ")];
}
