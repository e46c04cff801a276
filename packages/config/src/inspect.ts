import { type LocatedFile, locateConfig } from "./locate.ts";
import { locatePath, valueIn } from "./edit/locate-path.ts";
import { formatPath, parsePath } from "./key-path.ts";
import type { StatePaths } from "./paths.ts";
import { redact } from "./redact.ts";
import { readConfig, type ReadOptions } from "./read.ts";
import type { Config, ConfigFormat, ConfigProblem, KeyPath } from "./types.ts";

/** One value as `config get` shows it. */
export interface ShownValue {
  /** As it stands in the file, or would. */
  readonly path: string;
  /** Secrets are `***`; references are shown. `undefined` when `absent`. */
  readonly value: unknown;
  readonly from: "file" | "default" | "absent";
}

/**
 * The value at a path, or the whole config without one, in canonical keys.
 * @throws CONFIG_PATH, CONFIG_UNKNOWN_KEY
 */
export function getValue(config: Config, path?: string | KeyPath): ShownValue {
  const { tree, schema } = config.source.parts;
  if (path === undefined || path.length === 0)
    return { path: "", value: redact(tree.value, schema.root), from: "file" };
  const spot = locatePath(parsePath(typeof path === "string" ? path : formatPath(path)), schema, tree);
  const value = valueIn(tree.value, spot.canonical);
  const name = formatPath(spot.written);
  if (value !== undefined)
    return { path: name, value: valueIn(redact(tree.value, schema.root), spot.canonical), from: "file" };
  const fallback = spot.schema["default"];
  return fallback === undefined
    ? { path: name, value: undefined, from: "absent" }
    : { path: name, value: fallback, from: "default" };
}

/** Everything that is wrong with the file, errors before warnings. */
export async function validateConfig(options: Omit<ReadOptions, "validate">): Promise<readonly ConfigProblem[]> {
  const { problems } = await readConfig({ ...options, validate: true });
  return problems.toSorted((a, b) => (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1));
}

/** The file that is read, or would be made. */
export async function configFilePath(
  paths: StatePaths,
): Promise<{ readonly path: string; readonly format: ConfigFormat; readonly exists: boolean }> {
  const { path, format, exists }: LocatedFile = locateConfig(paths);
  return { path, format, exists };
}
