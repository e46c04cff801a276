import { hash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The hash of every file below a folder, by path with slashes. */
export type Seal = Readonly<Record<string, string>>;

/** Hash of one file or text, as it stands in a seal. */
export function digestOf(bytes: string | Uint8Array): string {
  return `sha256-${hash("sha256", bytes, "base64")}`;
}

/**
 * Hashes what lies in a folder. Read one after the other and at once: a few thousand small files take a fraction of the
 * time that handing each to a thread would.
 */
export function sealOf(directory: string): Seal {
  const digests = entriesBelow(directory).map(({ path, isFile }) => [path, digestAt(directory, path, isFile)] as const);
  return Object.fromEntries(digests.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/**
 * The first thing that is not as it was sealed.
 *
 * @returns `"node_modules/x/index.js was changed"`, or that it is gone or new; `undefined` when all is as it was.
 */
export function breachOf(directory: string, seal: Seal): string | undefined {
  const left = new Set(Object.keys(seal));
  for (const { path, isFile } of entriesBelow(directory)) {
    if (!left.delete(path)) return `${path} was added`;
    if (digestAt(directory, path, isFile) !== seal[path]) return `${path} was changed`;
  }
  const [gone] = left;
  return gone === undefined ? undefined : `${gone} is gone`;
}

interface Entry {
  readonly path: string;
  readonly isFile: boolean;
}

function entriesBelow(root: string, below = ""): Entry[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? entriesBelow(root, path) : [{ path, isFile: entry.isFile() }];
  });
}

/** What a link leads to may change at any time: it has no hash that could be right. */
function digestAt(root: string, path: string, isFile: boolean): string {
  return isFile ? digestOf(readFileSync(join(root, path))) : "no file";
}
