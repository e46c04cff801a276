import { chmod, lstat, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { StatePaths } from "@loong/config";
import { type Check, fail, ok, warn } from "./check.ts";

const OTHERS = 0o077;

interface Place {
  readonly path: string;
  readonly mode: 0o700 | 0o600;
  /** Made by `--fix` when it is missing. */
  readonly make: boolean;
}

/** Folders are 0700 and files 0600: what people said, and often secrets, is in them. */
export async function checkPermissions(
  paths: StatePaths,
  configFile: string,
  fix: boolean,
): Promise<{ readonly checks: readonly Check[]; readonly fixed: readonly string[] }> {
  const fixed: string[] = [];
  const checks: Check[] = [];
  for (const place of placesOf(paths, configFile)) {
    const check = await checkPlace(place, fix, fixed);
    if (check !== undefined) checks.push(check);
  }
  return { checks: checks.length === 0 ? [ok("state.permissions", `${paths.home} is private`)] : checks, fixed };
}

function placesOf(paths: StatePaths, configFile: string): readonly Place[] {
  const folders = [
    paths.home,
    dirname(paths.lockFile),
    dirname(paths.journalFile),
    paths.logsDir,
    paths.pluginsDir,
    paths.dataDir,
    paths.cacheDir,
  ];
  const { journalFile, ownerFile, lockFile } = paths;
  const files = [configFile, journalFile, `${journalFile}-wal`, `${journalFile}-shm`, ownerFile, lockFile];
  return [
    ...folders.map((path) => ({ path, mode: 0o700, make: true }) as const),
    ...files.map((path) => ({ path, mode: 0o600, make: false }) as const),
  ];
}

async function checkPlace(place: Place, fix: boolean, fixed: string[]): Promise<Check | undefined> {
  const { path, mode, make } = place;
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) {
    if (!make || !fix) return undefined;
    await mkdir(path, { recursive: true, mode });
    fixed.push(`made ${path}`);
    return undefined;
  }
  const user = process.getuid?.();
  if (user !== undefined && user !== 0 && stats.uid !== user) {
    return fail(
      "state.owner",
      `${path} belongs to user ${stats.uid}.`,
      `Run \`chown -R ${user} ${path}\` as its owner.`,
    );
  }
  if (stats.isSymbolicLink() || (stats.mode & OTHERS) === 0) return undefined;
  if (fix) {
    await chmod(path, mode);
    fixed.push(`chmod ${mode.toString(8)} ${path}`);
    return undefined;
  }
  const found = (stats.mode & 0o777).toString(8);
  return warn("state.permissions", `${path} can be entered by others (mode ${found}).`, "Run `loong doctor --fix`.");
}
