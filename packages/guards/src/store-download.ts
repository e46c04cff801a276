import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough, type Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { boundedBytes } from "./bounded-bytes.ts";
import { FILE_HEAD_BYTES, fileKindOf } from "./file-kind.ts";

/** Where a download goes to. A `MediaFetch` of the contract is one. */
export interface DownloadPlace {
  /** Absolute path of a folder. */
  readonly directory: string;
  readonly maxBytes: number;
}

/** A file that was stored. It is a `FetchedMedia` of the contract. */
export interface StoredDownload {
  readonly path: string;
  readonly mimeType: string;
  readonly sizeBytes: number;
}

/**
 * Stores a download from strangers, within the limits of `boundedBytes`: a whole file or none. Its name is random and its
 * kind is read from its bytes: what the sender says decides nothing.
 *
 * @param refusal - The error for what is over the limits.
 * @param decode - What it has to pass first: a decryption.
 * @throws what `refusal` made, what `answer` or `decode` threw, and the signal's reason. Both are destroyed.
 */
export async function storeDownload(
  answer: Readable,
  { directory, maxBytes }: DownloadPlace,
  refusal: (why: "too large" | "too slow") => Error,
  signal: AbortSignal,
  decode: Transform = new PassThrough(),
): Promise<StoredDownload> {
  const name = join(directory, randomUUID());
  const partial = `${name}.part`;
  let sizeBytes = 0;
  let head = Buffer.alloc(0);
  async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of boundedBytes(chunks, maxBytes, refusal)) {
      sizeBytes += chunk.length;
      if (head.length < FILE_HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, FILE_HEAD_BYTES)]);
      yield chunk;
    }
  }
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // Open before anything can fail: a file that is made later than it is removed would stay.
    const file = await open(partial, "wx", 0o600);
    await pipeline(answer, decode, bounded, file.createWriteStream(), { signal });
    const { mimeType, extension } = fileKindOf(head);
    const path = `${name}${extension}`;
    await rename(partial, path);
    return { path, mimeType, sizeBytes };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
