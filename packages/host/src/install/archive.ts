import { createReadStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { ReadEntry } from "tar";
import { installErrors } from "./errors.ts";
import { type ArchiveEntry, entryFault, listingFault } from "./entry-rules.ts";
import type { TarballLimits } from "./limits.ts";

/** What an archive holds; nothing of it is on disk. */
export interface Listing {
  readonly files: number;
  readonly bytes: number;
  /** Text of the package.json in its one top-level folder. */
  readonly packageJson: string;
}

const MAX_PACKAGE_JSON_BYTES = 1024 * 1024;

/**
 * Reads every header of a plain tar file and refuses what a plugin has no use for.
 *
 * @throws INSTALL_TARBALL_UNSAFE with the entry and the reason, INSTALL_TARBALL_BROKEN
 */
export async function listArchive(file: string, name: string, limits: TarballLimits): Promise<Listing> {
  const { Parser } = await import("tar");
  const entries: ArchiveEntry[] = [];
  const manifest: Buffer[] = [];
  let bytes = 0;
  let fault: string | undefined;

  function note(entry: ReadEntry): void {
    const described = describe(entry);
    entries.push(described);
    bytes += described.bytes;
    fault ??= entryFault(described, limits) ?? totalsFault(entries.length, bytes, limits);
    if (/^[^/]+\/package\.json$/.test(entry.path) && entry.size <= MAX_PACKAGE_JSON_BYTES)
      entry.on("data", (chunk) => manifest.push(chunk));
    else entry.resume();
  }

  const parser = new Parser({ strict: true, onReadEntry: note });
  // Kinds of entry that the library leaves out when it unpacks; an honest archive has none.
  parser.on("ignoredEntry", (entry: ReadEntry) => (fault ??= entryFault(describe(entry), limits) ?? oddity(entry)));
  await feed(parser, file, name, () => fault !== undefined);
  fault ??= listingFault(entries);
  if (fault !== undefined) throw installErrors.INSTALL_TARBALL_UNSAFE([name, fault]);
  if (manifest.length === 0) throw installErrors.INSTALL_TARBALL_BROKEN([name, "there is no package.json in it"]);
  const files = entries.filter(({ type }) => type !== "Directory").length;
  return { files, bytes, packageJson: Buffer.concat(manifest).toString("utf8") };
}

/** Lays the files of a listed archive into `directory`, without its top-level folder, for this user only. */
export async function extractArchive(file: string, directory: string): Promise<void> {
  const { extract } = await import("tar");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await extract({ file, cwd: directory, strip: 1, strict: true, preserveOwner: false, noMtime: true, umask: 0o077 });
}

function describe(entry: ReadEntry): ArchiveEntry {
  return { path: entry.path, type: entry.type, mode: entry.mode ?? 0, bytes: entry.size };
}

function oddity(entry: ReadEntry): string {
  return `it has an entry of the kind ${entry.type}`;
}

function totalsFault(
  count: number,
  bytes: number,
  { maxEntries, maxUnpackedBytes }: TarballLimits,
): string | undefined {
  if (count > maxEntries) return `it has more than ${maxEntries} entries`;
  return bytes > maxUnpackedBytes ? `it unpacks to more than ${maxUnpackedBytes} bytes` : undefined;
}

interface Sink {
  write(chunk: Buffer): boolean;
  end(): unknown;
  on(event: "error" | "end", listener: (error: Error) => void): unknown;
}

/** Stops reading at the first fault: a bomb is not read to its end. */
async function feed(parser: Sink, file: string, name: string, hasFault: () => boolean): Promise<void> {
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  parser.on("end", () => resolve());
  parser.on("error", (error) => reject(error));
  // Handled below; until then a failure in the middle must not count as nobody's.
  ended.catch(() => undefined);
  try {
    await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        if (hasFault()) return;
        parser.write(chunk);
      }
    });
    if (hasFault()) return;
    parser.end();
    await ended;
  } catch (cause) {
    throw installErrors.INSTALL_TARBALL_BROKEN([name, cause instanceof Error ? cause.message : String(cause)], {
      cause,
    });
  }
}
