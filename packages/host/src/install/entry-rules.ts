import type { TarballLimits } from "./limits.ts";

/** One entry of an archive, as its headers describe it. */
export interface ArchiveEntry {
  readonly path: string;
  /** Tar's own word: `File`, `Directory`, `SymbolicLink`, … */
  readonly type: string;
  readonly mode: number;
  readonly bytes: number;
}

const FILE_TYPES: ReadonlySet<string> = new Set(["File", "OldFile"]);
const SPECIAL_BITS = 0o7000;
/** Control characters, those that turn the direction of a text, and what stands for bytes that are no UTF-8. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]/u;
const MAX_NAME_BYTES = 255;

/**
 * Why one entry may not be unpacked, in words that follow the name of the package.
 *
 * @returns `undefined` when it may.
 */
export function entryFault(entry: ArchiveEntry, { maxPathBytes }: TarballLimits): string | undefined {
  const shown = JSON.stringify(entry.path.slice(0, 200).replace(new RegExp(UNPRINTABLE, "gu"), "?"));
  if (entry.type === "SymbolicLink" || entry.type === "Link") return `${shown} is a link`;
  if (entry.type === "CharacterDevice" || entry.type === "BlockDevice") return `${shown} is a device`;
  if (entry.type === "FIFO") return `${shown} is a pipe`;
  if (entry.type !== "Directory" && !FILE_TYPES.has(entry.type)) return `${shown} is neither a file nor a folder`;
  if ((entry.mode & SPECIAL_BITS) !== 0) return `${shown} has a setuid, setgid or sticky bit`;
  const fault = pathFault(entry.path, maxPathBytes);
  return fault === undefined ? undefined : `${shown} ${fault}`;
}

function pathFault(path: string, maxPathBytes: number): string | undefined {
  if (path.startsWith("/") || /^[a-z]:/i.test(path)) return "is an absolute path";
  if (path.includes("\\")) return "has a backslash in its name";
  if (UNPRINTABLE.test(path)) return "has characters in its name that cannot be shown";
  if (Buffer.byteLength(path) > maxPathBytes) return "has too long a path";
  const parts = path.replace(/\/$/, "").split("/");
  if (parts.includes("..")) return "leads out of its folder";
  if (parts.some((part) => part === "" || part === ".")) return "has an empty part in its path";
  if (parts.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES)) return "has too long a name";
  if (parts.some((part) => /[. ]$/.test(part))) return "has a name that ends in a dot or a space";
  return undefined;
}

/**
 * What is wrong with the entries together: where two would come to lie on each other, or are no plugin's.
 *
 * @returns `undefined` when nothing is.
 */
export function listingFault(entries: readonly ArchiveEntry[]): string | undefined {
  const tops = new Set(entries.map(({ path }) => path.split("/")[0]));
  if (tops.size > 1) return `it has ${tops.size} top-level folders instead of one`;
  return clashFault(entries) ?? nativeFault(entries);
}

function clashFault(entries: readonly ArchiveEntry[]): string | undefined {
  const kinds = new Map<string, string>();
  const spellings = new Map<string, string>();
  for (const { path, type } of entries) {
    const parts = path.replace(/\/$/, "").split("/");
    for (let depth = 1; depth <= parts.length; depth++) {
      const spelt = parts.slice(0, depth).join("/");
      const key = spelt.normalize("NFKC").toLowerCase();
      const known = spellings.get(key);
      if (known !== undefined && known !== spelt)
        return `${JSON.stringify(known)} and ${JSON.stringify(spelt)} are one name where case does not count`;
      spellings.set(key, spelt);
      const kind = depth < parts.length || type === "Directory" ? "folder" : "file";
      const before = kinds.get(spelt);
      if (before !== undefined && (before === "file" || kind === "file"))
        return `${JSON.stringify(spelt)} is there twice`;
      kinds.set(spelt, kind);
    }
  }
  return undefined;
}

/** Compiled code is bound by no rule of this host, and building it means running a script. */
function nativeFault(entries: readonly ArchiveEntry[]): string | undefined {
  const native = entries.find(({ path }) => /\.node$/i.test(path) || /^[^/]+\/binding\.gyp$/i.test(path));
  if (native !== undefined) return `${JSON.stringify(native.path)} is native code`;
  const packed = entries.find(({ path }) => /^[^/]+\/node_modules\//i.test(path));
  return packed === undefined ? undefined : "it brings packed dependencies (node_modules), which nobody can check";
}
