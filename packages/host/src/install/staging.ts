import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { installErrors } from "./errors.ts";
import { takeLock } from "../owner/lock.ts";
import { ensurePrivateDirectory } from "../private-directory.ts";
import { readPluginLock } from "./lock-file.ts";

/** A private place for one installation, held together with the installer's lock. */
export interface Staging {
  readonly directory: string;
  /** Becomes the version's own folder. */
  readonly prefix: string;
  /** Removes all that is left in it and lets others install. A second call does nothing. */
  close(): Promise<void>;
}

const RANDOM_BYTES = 8;

/**
 * One installer works at a time, so whatever another one left behind is nobody's and is removed here.
 *
 * @throws INSTALL_BUSY, INSTALL_LOCK_INVALID, HOST_DIRECTORY_UNSAFE
 */
export async function openStaging(pluginsDir: string): Promise<Staging> {
  const release = await takeInstallLock(pluginsDir);
  try {
    await removeLeftovers(pluginsDir);
    const directory = join(pluginsDir, ".staging", randomName());
    ensurePrivateDirectory(join(pluginsDir, ".staging"));
    await mkdir(directory, { mode: 0o700 });
    const prefix = join(directory, "prefix");
    await mkdir(prefix, { mode: 0o700 });
    return { directory, prefix, close: once(() => remove(directory).finally(release)) };
  } catch (error) {
    release();
    throw error;
  }
}

/** @throws INSTALL_BUSY */
export async function takeInstallLock(pluginsDir: string): Promise<() => void> {
  ensurePrivateDirectory(pluginsDir);
  const lock = await takeLock(join(pluginsDir, ".install.lock"));
  if (lock === undefined) throw installErrors.INSTALL_BUSY([]);
  return () => lock.release();
}

/** For those who hold the lock: staging of installs that died, and versions that are neither active nor the one before. */
export async function removeLeftovers(pluginsDir: string): Promise<void> {
  const rows = Object.values(readPluginLock(pluginsDir));
  const kept = new Set(rows.flatMap(({ folder, previous }) => [folder, previous?.folder]));
  for (const name of await namesIn(join(pluginsDir, ".staging"))) await remove(join(pluginsDir, ".staging", name));
  for (const id of await namesIn(join(pluginsDir, "store"))) {
    const versions = await namesIn(join(pluginsDir, "store", id));
    const left = versions.filter((version) => !kept.has(`store/${id}/${version}`));
    for (const version of left) await remove(join(pluginsDir, "store", id, version));
    if (left.length === versions.length) await remove(join(pluginsDir, "store", id));
  }
}

export function randomName(): string {
  return randomBytes(RANDOM_BYTES).toString("hex");
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

/** Tries more than once: an npm that outlived its parent may still be writing there. */
async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
