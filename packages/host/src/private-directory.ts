import { chmodSync, lstatSync, type Stats, statSync } from "node:fs";
import { makeDirectory } from "@loong/config";
import { hostErrors } from "./errors.ts";

const OTHERS = 0o077;

/**
 * Makes `directory` where it is missing and keeps everybody else out of it (mode 0700).
 *
 * @param user - Who asks. Root may use what belongs to others: a volume mounted into a container does.
 * @throws HOST_DIRECTORY_UNSAFE when it cannot be made, is no directory, or belongs to somebody else.
 */
export function ensurePrivateDirectory(directory: string, user = process.getuid?.()): void {
  try {
    makeDirectory(directory, 0o700);
    for (const stats of [lstatSync(directory), statSync(directory)]) requireOwn(directory, stats, user);
    if ((statSync(directory).mode & OTHERS) !== 0) chmodSync(directory, 0o700);
  } catch (cause) {
    if (cause instanceof Error && "hint" in cause) throw cause;
    throw hostErrors.HOST_DIRECTORY_UNSAFE([directory, reasonOf(cause)], { cause });
  }
}

function requireOwn(directory: string, stats: Stats, user: number | undefined): void {
  if (user === undefined || user === 0 || stats.uid === user) return;
  throw hostErrors.HOST_DIRECTORY_UNSAFE([directory, `it belongs to user ${stats.uid}`]);
}

function reasonOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
}
