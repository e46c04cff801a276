import { readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeDirectory, systemReason } from "@loong/config";
import { isLoongError } from "@loong/sdk";
import { cliErrors } from "../errors.ts";
import type { Files } from "./template.ts";

/** Writes a package where there is nothing yet. @throws CLI_CREATE_IN_THE_WAY, CLI_CREATE_UNWRITABLE */
export async function writeFiles(directory: string, files: Files): Promise<void> {
  try {
    makeDirectory(directory);
    if ((await readdir(directory)).length > 0) throw cliErrors.CLI_CREATE_IN_THE_WAY([directory]);
    for (const [path, text] of files) {
      const file = join(directory, path);
      makeDirectory(dirname(file));
      await writeFile(file, text, { flag: "wx" });
    }
  } catch (cause) {
    if (isLoongError(cause)) throw cause;
    if (isInTheWay(cause)) throw cliErrors.CLI_CREATE_IN_THE_WAY([directory], { cause });
    throw cliErrors.CLI_CREATE_UNWRITABLE([directory, systemReason(cause)], { cause });
  }
}

function isInTheWay(error: unknown): boolean {
  return ["EEXIST", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
}
