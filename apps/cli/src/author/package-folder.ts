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
  const text = await readFile(join(directory, "package.json"), "utf8").catch((cause: unknown) => {
    throw cliErrors.CLI_PLUGIN_FOLDER([directory, "there is no package.json that can be read"], { cause });
  });
  const packageJson = parsed(text);
  if (packageJson === undefined) throw cliErrors.CLI_PLUGIN_FOLDER([directory, "its package.json is not JSON"]);
  if (typeof packageJson?.name !== "string" || typeof packageJson.version !== "string")
    throw cliErrors.CLI_PLUGIN_FOLDER([directory, "its package.json has no name or no version"]);
  return { directory, packageJson, text };
}

function parsed(text: string): PackageJson | null | undefined {
  try {
    return JSON.parse(text) as PackageJson | null;
  } catch {
    return undefined;
  }
}
