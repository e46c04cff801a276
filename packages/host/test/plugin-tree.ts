import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FIXTURES = join(import.meta.dirname, "fixtures", "plugins");

export function fixture(name: string): string {
  return join(FIXTURES, name);
}

/** Lays a fixture where `npm install --prefix <pluginsDir>` would have laid it, and gives its folder. */
export function install(pluginsDir: string, name: string): string {
  const { name: packageName } = JSON.parse(readFileSync(join(fixture(name), "package.json"), "utf8")) as {
    name: string;
  };
  const directory = join(pluginsDir, "node_modules", packageName);
  mkdirSync(dirname(directory), { recursive: true });
  cpSync(fixture(name), directory, { recursive: true });
  return directory;
}

/** A fixture under another name, id or version, in `directory`. */
export function variant(
  name: string,
  directory: string,
  change: { readonly [key: string]: unknown; readonly loong?: object },
): string {
  cpSync(fixture(name), directory, { recursive: true });
  const file = join(directory, "package.json");
  const { loong, ...rest } = JSON.parse(readFileSync(file, "utf8")) as { loong: object };
  writeFileSync(file, JSON.stringify({ ...rest, ...change, loong: { ...loong, ...change.loong } }));
  return directory;
}
