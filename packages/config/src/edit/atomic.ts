import { randomBytes } from "node:crypto";
import { chown, open, readdir, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeDirectory } from "../make-directory.ts";

const STALE_AFTER_MS = 60_000;

/**
 * Replaces a file so that it is, at every moment and after any crash, either the old text or the new one. The new file is
 * readable by its owner only; missing folders are made so too. A symbolic link keeps pointing where it did.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  makeDirectory(dirname(path), 0o700);
  const target = await realpath(path).catch(() => path);
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeDurably(temporary, text);
    await keepOwner(target, temporary);
    await rename(temporary, target);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(target));
  await removeStale(target);
}

async function writeDurably(path: string, text: string): Promise<void> {
  await using handle = await open(path, "wx", 0o600);
  await handle.writeFile(text);
  await handle.sync();
}

/** An administrator who edits the file does not take it away from the gateway's user. */
async function keepOwner(target: string, temporary: string): Promise<void> {
  const old = await stat(target).catch(() => undefined);
  if (old === undefined || old.uid === process.getuid?.()) return;
  await chown(temporary, old.uid, old.gid).catch(() => undefined);
}

async function syncFolder(path: string): Promise<void> {
  await using handle = await open(path, "r");
  await handle.sync();
}

/** What writers that were killed left behind. */
async function removeStale(target: string): Promise<void> {
  const prefix = `.${basename(target)}.`;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix) || !/^[0-9a-f]{12}\.tmp$/.test(name.slice(prefix.length))) continue;
    const path = join(dirname(target), name);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > STALE_AFTER_MS) await unlink(path).catch(() => undefined);
  }
}
