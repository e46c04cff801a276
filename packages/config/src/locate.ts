import { lstatSync } from "node:fs";
import { extname, join } from "node:path";
import { configErrors } from "./errors.ts";
import type { StatePaths } from "./paths.ts";
import { problemOf } from "./problem.ts";
import type { ConfigFormat, ConfigProblem } from "./types.ts";

export interface LocatedFile {
  readonly path: string;
  readonly format: ConfigFormat;
  readonly exists: boolean;
  readonly problem?: ConfigProblem;
}

const NAMES = ["config.yaml", "config.yml", "config.json", "config.toml"];

/** The one config file: what was named, else the one in the home, else the `config.yaml` that would be made there. */
export function locateConfig(paths: StatePaths): LocatedFile {
  if (paths.explicitConfigFile !== undefined) return locateExplicit(paths.explicitConfigFile);
  const candidates = NAMES.map((name) => join(paths.home, name));
  const there = candidates.map(isThere);
  const [first, second] = candidates.filter((_, index) => there[index]);
  if (first === undefined) return { path: join(paths.home, "config.yaml"), format: "yaml", exists: false };
  const file = { path: first, format: formatOf(first) ?? "yaml", exists: true };
  if (second === undefined) return file;
  return { ...file, problem: problemOf(configErrors.CONFIG_TWO_FILES([first, second]), { file: first }) };
}

/** `undefined` for a name that says nothing. */
function formatOf(path: string): ConfigFormat | undefined {
  const extension = extname(path).toLowerCase();
  if (extension === ".yaml" || extension === ".yml") return "yaml";
  if (extension === ".json" || extension === ".json5" || extension === ".jsonc") return "json";
  return extension === ".toml" ? "toml" : undefined;
}

function locateExplicit(path: string): LocatedFile {
  const format = formatOf(path);
  const exists = isThere(path);
  if (format === undefined) {
    return { path, format: "yaml", exists, problem: problemOf(configErrors.CONFIG_FORMAT([path]), { file: path }) };
  }
  if (exists) return { path, format, exists };
  return { path, format, exists, problem: problemOf(configErrors.CONFIG_FILE_MISSING([path]), { file: path }) };
}

/**
 * Also of a link that leads nowhere. Synchronous: a command asks this before it does anything else, and waking the thread
 * pool for it costs more.
 */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
