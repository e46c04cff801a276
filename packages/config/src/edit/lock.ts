import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { configErrors } from "../errors.ts";
import { makeDirectory } from "../make-directory.ts";
import type { StatePaths } from "../paths.ts";

const WAIT_MS = 10_000;

/**
 * Runs `change` while no other process, and no other caller in this one, changes the config of this home. The lock is the
 * operating system's, by way of SQLite: it ends with the process that holds it, however that ends.
 * @throws CONFIG_CHANGED_MEANWHILE when another holds it for 10 seconds.
 */
export async function withLock<T>(paths: StatePaths, change: () => Promise<T>): Promise<T> {
  makeDirectory(paths.cacheDir, 0o700);
  const { DatabaseSync } = await import("node:sqlite");
  using lock = new DatabaseSync(join(paths.cacheDir, "config.lock"), { timeout: 0 });
  const deadline = performance.now() + WAIT_MS;
  while (!tryLock(lock)) {
    if (performance.now() > deadline) throw configErrors.CONFIG_CHANGED_MEANWHILE(["The config"]);
    await sleep(5 + Math.random() * 10);
  }
  return await change();
}

function tryLock(lock: { exec(sql: string): void }): boolean {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === 5) return false; // SQLITE_BUSY
    throw error;
  }
}
