import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { cliErrors } from "../errors.ts";

/** A plugin package that somebody works on. */
export interface PackageFolder {
  /** Absolute. */
  readonly directory: string;
  readonly packageJson: PackageJson;
  /** Of package.json, as it stands. */
  readonly text: string;
}

/** What of a package.json is looked at here. */
interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly main?: string;
  readonly exports?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly loong?: unknown;
}

/** @throws CLI_PLUGIN_FOLDER */
export async function readPackageFolder(path: string): Promise<PackageFolder> {
  const directory = resolve(path);
  try {
    const text = await readFile(join(directory, "package.json"), "utf8");
    const packageJson = JSON.parse(text) as PackageJson;
    if (typeof packageJson.name === "string" && typeof packageJson.version === "string")
      return { directory, packageJson, text };
    throw new Error("it has no name or no version");
  } catch (cause) {
    throw cliErrors.CLI_PLUGIN_FOLDER([directory, (cause as Error).message], { cause });
  }
}
