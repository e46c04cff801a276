import { chmodSync, closeSync, constants, fchmodSync, fstatSync, openSync } from "node:fs";
import { factsOf } from "./file-facts.ts";

/**
 * Sets the mode of a file, folder or socket, and of nothing else. A link that came into its place meanwhile is not
 * followed, and a file with a second name is left alone: it may be anybody's.
 *
 * @throws what the system says when it may not be.
 */
export function setMode(path: string, mode: number): void {
  // A socket cannot be opened; who could put something else there owns its folder.
  if (factsOf(path)?.kind === "socket") return chmodSync(path, mode);
  const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile() && !stats.isDirectory()) throw new Error("It is neither a file nor a folder.");
    if (stats.isFile() && stats.nlink > 1) throw new Error("It has another name, somewhere.");
    fchmodSync(handle, mode);
  } finally {
    closeSync(handle);
  }
}
