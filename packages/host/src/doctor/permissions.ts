import { chmod, lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeDirectory, type StatePaths } from "@loong/config";
import { type Check, fail, ok, warn } from "./check.ts";
import type { Mender } from "./mender.ts";

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
  mender: Mender,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  for (const place of placesOf(paths, configFile)) {
    const check = await checkPlace(place, mender);
    if (check !== undefined) checks.push(check);
  }
  return checks.length === 0 ? [ok("state.permissions", `${paths.home} is private`)] : checks;
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
  const files = [
    configFile,
    join(paths.home, "gateway.env"),
    journalFile,
    `${journalFile}-wal`,
    `${journalFile}-shm`,
    ownerFile,
    lockFile,
  ];
  return [
    ...folders.map((path) => ({ path, mode: 0o700, make: true }) as const),
    { path: join(paths.home, "backups"), mode: 0o700, make: false },
    ...files.map((path) => ({ path, mode: 0o600, make: false }) as const),
  ];
}

async function checkPlace({ path, mode, make }: Place, mender: Mender): Promise<Check | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined) {
    if (make) await mender.mend(`mkdir -p -m 700 ${path}`, async () => makeDirectory(path, mode));
    return undefined;
  }
  const user = process.getuid?.();
  if (user !== undefined && user !== 0 && stats.uid !== user) {
    const detail = `${path} belongs to user ${stats.uid}.`;
    return fail("state.owner", detail, `Run \`chown -R ${user} ${path}\` as its owner.`);
  }
  if (stats.isSymbolicLink() || (stats.mode & OTHERS) === 0) return undefined;
  if (await mender.mend(`chmod ${mode.toString(8)} ${path}`, () => chmod(path, mode))) return undefined;
  const found = (stats.mode & 0o777).toString(8);
  return warn("state.permissions", `${path} can be entered by others (mode ${found}).`, "Run `loong doctor --fix`.");
}
