import { isLoongError } from "@loong/sdk";
import { configErrors } from "../errors.ts";
import { lastGoodFile, readLastGood, saveLastGood } from "../last-good.ts";
import { type LocatedFile, locateConfig } from "../locate.ts";
import type { StatePaths } from "../paths.ts";
import { asError, unreadable } from "../problem.ts";
import { readText, systemReason } from "../source/read-text.ts";
import { withLock } from "./lock.ts";

/** The file to change; one that was named and is not there will be made. */
export async function editableFile(paths: StatePaths): Promise<LocatedFile> {
  const file = locateConfig(paths);
  if (file.problem === undefined) return file;
  if (file.problem.code !== "CONFIG_FILE_MISSING") throw asError(file.problem);
  const { problem: _made, ...rest } = file;
  return rest;
}

/** @throws CONFIG_READ, CONFIG_PARSE when it is no text, and CONFIG_EMPTY when the file was cut to nothing. */
export async function currentText(file: LocatedFile, paths: StatePaths): Promise<string> {
  const read = readText(file.path);
  if ("missing" in read) return "";
  if ("reason" in read) throw asError(unreadable(file.path, read));
  const wasCut = read.text.trim() === "" && (await readLastGood(paths, file)) !== undefined;
  if (wasCut) throw configErrors.CONFIG_EMPTY([]);
  return read.text;
}

/** The last good copy goes first: if either cannot be written, the config file is as it was. */
export async function write(file: LocatedFile, text: string, paths: StatePaths): Promise<void> {
  let target = await lastGoodFile(paths, file);
  try {
    await saveLastGood(paths, file, text);
    target = file.path;
    const { writeAtomically } = await import("./atomic.ts");
    await writeAtomically(target, text);
  } catch (error) {
    throw configErrors.CONFIG_WRITE([target, systemReason(error)], { cause: error });
  }
}

/** Runs `change` under the lock of the home. */
export async function locked<T>(paths: StatePaths, change: () => Promise<T>): Promise<T> {
  try {
    return await withLock(paths, change);
  } catch (error) {
    if (isLoongError(error)) throw error;
    throw configErrors.CONFIG_WRITE([paths.cacheDir, systemReason(error)], { cause: error });
  }
}
