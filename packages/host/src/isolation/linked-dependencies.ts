import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { isObject } from "../plugins/manifest.ts";

/**
 * The real folders of what a package depends on, and of what these depend on, where a link leads out of the folders that
 * are known already: the packages of a workspace.
 *
 * @param directory - Of the package, without links.
 */
export function linkedDependencies(directory: string, known: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const isKnown = (folder: string) =>
    found.has(folder) || known.some((root) => `${folder}${sep}`.startsWith(root + sep));
  const follow = (from: string): void => {
    for (const folder of dependenciesOf(from).filter((each) => !isKnown(each))) {
      found.add(folder);
      follow(folder);
    }
  };
  follow(directory);
  return [...found];
}

function dependenciesOf(directory: string): readonly string[] {
  const packageJson = readPackageJson(join(directory, "package.json"));
  const dependencies = isObject(packageJson) ? packageJson["dependencies"] : undefined;
  const names = isObject(dependencies) ? Object.keys(dependencies) : [];
  return names.flatMap((name) => realFolderOf(name, directory) ?? []);
}

/** What cannot be read depends on nothing that could be found. */
function readPackageJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** As Node looks for it: in the `node_modules` of the folder, and of each folder around it. */
function realFolderOf(name: string, from: string): string | undefined {
  const folder = join(from, "node_modules", name);
  if (existsSync(folder)) return realpathSync(folder);
  const parent = dirname(from);
  return parent === from ? undefined : realFolderOf(name, parent);
}
