import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cliErrors } from "../errors.ts";
import type { Files } from "./template.ts";

/** Writes a package where there is nothing yet. @throws CLI_CREATE_IN_THE_WAY */
export async function writeFiles(directory: string, files: Files): Promise<void> {
  await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw cliErrors.CLI_CREATE_IN_THE_WAY([directory], { cause });
  });
  if ((await readdir(directory)).length > 0) throw cliErrors.CLI_CREATE_IN_THE_WAY([directory]);
  for (const [path, text] of files) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text, { flag: "wx" });
  }
}
