import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Header, Pax } from "tar";

/** One entry as its header shall say it, right or wrong. */
export interface RawEntry {
  readonly path: string;
  readonly content?: string | Buffer;
  readonly type?: Header["type"];
  readonly mode?: number;
  readonly linkpath?: string;
}

const BLOCK = 512;

/** A gzipped tar of exactly these entries: what an honest packer never writes can be written too. */
export function tarball(entries: readonly RawEntry[]): Buffer {
  return gzipSync(Buffer.concat([...entries.flatMap(blocks), Buffer.alloc(2 * BLOCK)]));
}

function blocks({ path, content = "", type = "File", mode = 0o644, linkpath }: RawEntry): Buffer[] {
  const body = Buffer.from(content);
  const header = new Header({ path, type, mode, size: body.length, ...(linkpath === undefined ? {} : { linkpath }) });
  const head = Buffer.alloc(BLOCK);
  const extended = header.encode(head)
    ? new Pax({ path, ...(linkpath === undefined ? {} : { linkpath }) }).encode()
    : Buffer.alloc(0);
  return [extended, head, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)];
}

/** What `npm pack` would write of a folder. */
export function entriesOf(directory: string, change: Readonly<Record<string, string>> = {}): RawEntry[] {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const files = paths.map((each) => relative(directory, join(each.parentPath, each.name)));
  const read = (file: string) => change[file] ?? readFileSync(join(directory, file));
  return [...new Set([...files, ...Object.keys(change)])].map((file) => ({
    path: `package/${file}`,
    content: read(file),
  }));
}

/** As `tarball`, with the plain bytes changed before they are packed. */
export function repacked(entries: readonly RawEntry[], change: (tar: Buffer) => void): Buffer {
  const tar = gunzipSync(tarball(entries));
  change(tar);
  return gzipSync(tar);
}
