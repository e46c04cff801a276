import { readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";

/** What a rule wants to know of this machine that no test can change. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Absent where users have no numbers. */
  readonly userId: number | undefined;
  /** The user may do anything on this machine; one who is root in a container of his own may not. */
  readonly isRoot: boolean;
  /** `"24.21.0"`. */
  readonly nodeVersion: string;
  /** The kind of file system that a folder is on, as `statfs` numbers it. */
  fileSystemType(folder: string): Promise<number | undefined>;
}

export function thisMachine(process: NodeJS.Process): Machine {
  const userId = process.getuid?.();
  return {
    platform: process.platform,
    userId,
    isRoot: userId === 0 && !isMapped(),
    nodeVersion: process.versions.node,
    fileSystemType: async (folder) => (await statfs(folder).catch(() => undefined))?.type,
  };
}

/** In a user namespace number 0 stands for somebody else outside (user_namespaces(7)). */
function isMapped(): boolean {
  try {
    return !/^\s*0\s+0\s+4294967295\s*$/.test(readFileSync("/proc/self/uid_map", "utf8"));
  } catch {
    return false;
  }
}
