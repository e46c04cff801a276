import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync, type Stats } from "node:fs";
import { dirname } from "node:path";

export const GROUP_OR_OTHERS = 0o077;
export const WRITE_OF_OTHERS = 0o022;
export const READ_OF_OTHERS = 0o044;
export const EVERYBODY_WRITES = 0o002;
const STICKY = 0o1000;

/** What a path is by itself; a link is a link. */
export interface FileFacts {
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "socket" | "other";
  /** The permission bits, the sticky one included. */
  readonly mode: number;
  readonly userId: number;
  /** Names that the file has. */
  readonly names: number;
}

/** @returns `undefined` when there is nothing, or nothing that this user may look at. */
export function factsOf(path: string): FileFacts | undefined {
  try {
    const stats = lstatSync(path);
    return { path, kind: kindOf(stats), mode: stats.mode & 0o7777, userId: stats.uid, names: stats.nlink };
  } catch {
    return undefined;
  }
}

function kindOf(stats: Stats): FileFacts["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  if (stats.isSymbolicLink()) return "link";
  return stats.isSocket() ? "socket" : "other";
}

/** Everything in a folder, and nothing below. A link to a folder has no inside. */
export function entriesOf(folder: string): readonly FileFacts[] {
  if (factsOf(folder)?.kind !== "folder") return [];
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => factsOf(`${folder}/${name}`))
      .filter((facts) => facts !== undefined);
  } catch {
    return [];
  }
}

/** Files and folders that are there and have one of `bits`: links have no mode of their own. */
export function open(paths: readonly string[], bits: number): readonly FileFacts[] {
  return paths
    .map(factsOf)
    .filter((facts) => facts !== undefined)
    .filter(({ kind, mode }) => kind !== "link" && (mode & bits) !== 0);
}

/** A folder in which anybody may replace what is not theirs. */
export function isEverybodys({ kind, mode }: FileFacts): boolean {
  return kind === "folder" && (mode & EVERYBODY_WRITES) !== 0 && (mode & STICKY) === 0;
}

/** The folders around a path, the nearest first. */
export function foldersAround(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...foldersAround(parent)];
}

/** What is wrong with the folder itself is said once: whether it is `path`, or around it. */
export function isAround(folder: string, path: string): boolean {
  return folder === path || foldersAround(path).includes(folder);
}

/** The nearest folder around a path in which anybody may replace what is there. */
export function openFolderAround(path: string): string | undefined {
  return foldersAround(path)
    .map(factsOf)
    .find((facts) => facts !== undefined && isEverybodys(facts))?.path;
}

/** Somebody else's, and not root's: what is root's may be used by all. */
export function isForeign({ userId }: FileFacts, user: number | undefined): boolean {
  return user !== undefined && userId !== user && userId !== 0;
}

/**
 * The end of a regular file. A link is not followed.
 *
 * @returns `""` when it cannot be read.
 */
export function tailOf(path: string, maxBytes: number): string {
  let handle: number | undefined;
  try {
    handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stats = fstatSync(handle);
    if (!stats.isFile()) return "";
    const bytes = Buffer.alloc(Math.min(maxBytes, stats.size));
    const read = readSync(handle, bytes, 0, bytes.length, stats.size - bytes.length);
    return bytes.toString("utf8", 0, read);
  } catch {
    return "";
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** `0644`, as `ls` and `chmod` know it. */
export function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
