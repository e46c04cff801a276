import { basename, join } from "node:path";
import type { StatePaths } from "./paths.ts";
import { readText } from "./source/read-text.ts";
import type { Config, ConfigFormat } from "./types.ts";

/**
 * Keeps a copy of the file this config was read from, for the day it is torn. The gateway calls it once it runs with the
 * config. Does nothing when the file could not be read or is not there.
 */
export async function rememberGood(config: Config): Promise<void> {
  const { paths, text } = config.source.parts;
  if (text === undefined || !config.file.exists || config.file.usedLastGood) return;
  await saveLastGood(paths, config.file, text);
}

export async function saveLastGood(
  paths: StatePaths,
  file: { readonly path: string; readonly format: ConfigFormat },
  text: string,
): Promise<void> {
  const path = await lastGoodFile(paths, file);
  const before = readText(path);
  if ("text" in before && before.text === text) return;
  const { writeAtomically } = await import("./edit/atomic.ts");
  await writeAtomically(path, text);
}

export async function readLastGood(
  paths: StatePaths,
  file: { readonly path: string; readonly format: ConfigFormat },
): Promise<string | undefined> {
  const found = readText(await lastGoodFile(paths, file));
  return "text" in found && found.text.trim() !== "" ? found.text : undefined;
}

/** `<home>/cache/config.last-good.yaml`. A file named with `--config` has a copy of its own. */
export async function lastGoodFile(
  paths: StatePaths,
  file: { readonly path: string; readonly format: ConfigFormat },
): Promise<string> {
  if (paths.explicitConfigFile === undefined) return join(paths.cacheDir, `config.last-good.${file.format}`);
  const { createHash } = await import("node:crypto");
  const digest = createHash("sha256").update(file.path).digest("hex").slice(0, 8);
  return join(paths.cacheDir, `${basename(file.path).replace(/\.\w+$/, "")}-${digest}.last-good.${file.format}`);
}
