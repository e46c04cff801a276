import { statfs } from "node:fs/promises";
import { type Check, fail, ok, warn } from "./check.ts";

const MIB = 1024 * 1024;
const LITTLE_BYTES = 1024 * MIB;
const TOO_LITTLE_BYTES = 100 * MIB;

/** Room for the journal: a full disk takes no messages. */
export async function checkDiskSpace(directory: string): Promise<Check> {
  const id = "disk.space";
  try {
    const { bavail, bsize } = await statfs(directory);
    const freeBytes = bavail * bsize;
    const detail = `${Math.round(freeBytes / MIB)} MB free for ${directory}`;
    const hint = "Free some space, or move LOONG_HOME to a larger disk.";
    if (freeBytes < TOO_LITTLE_BYTES) return fail(id, detail, hint);
    return freeBytes < LITTLE_BYTES ? warn(id, detail, hint) : ok(id, detail);
  } catch {
    return ok(id, `${directory} is not there yet`);
  }
}
