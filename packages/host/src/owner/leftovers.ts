import { existsSync, rmSync } from "node:fs";
import type { OwnerPaths } from "./own.ts";
import { readFacts } from "./file.ts";
import { isLocked, takeLock } from "./lock.ts";

/**
 * What a gateway that ended without a word left behind: facts that call it alive, and its socket. The next start takes
 * care of both; until then they mislead whoever looks.
 *
 * @returns Paths; none while a gateway runs.
 */
export async function findLeftovers(paths: OwnerPaths, socketPath: string): Promise<readonly string[]> {
  if (existsSync(paths.lockFile) && (await isLocked(paths.lockFile).catch(() => false))) return [];
  return leftovers(paths, socketPath);
}

/** Removes them, holding the lock, so that a gateway which starts meanwhile keeps its own. */
export async function removeLeftovers(paths: OwnerPaths, socketPath: string): Promise<void> {
  if (!existsSync(paths.lockFile)) return remove(leftovers(paths, socketPath));
  const lock = await takeLock(paths.lockFile);
  if (lock === undefined) return;
  try {
    remove(leftovers(paths, socketPath));
  } finally {
    lock.release();
  }
}

function leftovers({ ownerFile }: OwnerPaths, socketPath: string): readonly string[] {
  const phase = readFacts(ownerFile)?.phase;
  const isStale = phase === "starting" || phase === "running" || phase === "stopping";
  return [...(isStale ? [ownerFile] : []), ...(existsSync(socketPath) ? [socketPath] : [])];
}

function remove(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
}
