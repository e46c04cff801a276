import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "@loong/sdk";
import type { PackageFolder } from "./package-folder.ts";

/** Is the `loong` block of package.json the one of the code? */
export function isCurrent({ packageJson }: PackageFolder, manifest: Manifest): boolean {
  return isDeepStrictEqual(packageJson.loong, manifest);
}

/** Writes the block and leaves the rest as it stands. @returns the folder as it is then. */
export async function writeBlock(folder: PackageFolder, manifest: Manifest): Promise<PackageFolder> {
  const packageJson = { ...folder.packageJson, loong: manifest };
  const indent = /^[ \t]+(?=")/mu.exec(folder.text)?.[0] ?? "  ";
  const text = `${JSON.stringify(packageJson, null, indent)}\n`;
  await writeFile(join(folder.directory, "package.json"), text);
  return { ...folder, packageJson, text };
}
