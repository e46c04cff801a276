import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Env } from "@loong/config";

/** A parent's death ends its child (https://man7.org/linux/man-pages/man2/pr_set_pdeathsig.2const.html, read 2026-11-21). */
const KEEPER = ["setpriv", "--pdeathsig", "KILL", "--"] as const;

/**
 * What to write before a command, so that the system ends it at the same moment as this process, however this one ends. A
 * plugin that closes with its pipe has to look at it, and one that never yields does not.
 *
 * @returns Nothing where the system has no such program; it is part of util-linux from 2.33 on.
 */
export async function findKeeper(env: Env): Promise<readonly string[]> {
  if (process.platform !== "linux") return [];
  const [program, ...words] = KEEPER;
  const { PATH } = env;
  return promisify(execFile)(program, [...words, "true"], { env: { ...(PATH !== undefined && { PATH }) } }).then(
    () => KEEPER,
    () => [],
  );
}
