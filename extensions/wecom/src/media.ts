import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { boundedBytes } from "@loong/guards";
import { type FetchedMedia, type MediaFeature, type MediaFetch, isLoongError } from "@loong/sdk";
import { wecomErrors } from "./errors.ts";
import { createDecryption } from "./inbound/decrypt.ts";
import { download } from "./inbound/download.ts";
import { HEAD_BYTES, kindOf } from "./inbound/file-kind.ts";
import { mediaSource } from "./inbound/media-ref.ts";

const FETCH_TIMEOUT_MS = 120_000;
/** Padding makes the encrypted file longer. */
const PADDING_BYTES = 32;

/**
 * Attachments of messages. The platform keeps them for five minutes, encrypted; names on disk are random.
 *
 * @param platform - The address of the long connection.
 */
export function createMedia(platform: () => URL): MediaFeature {
  return {
    inbound: ["image", "file", "video"],
    async fetch(_at, ref, options, signal) {
      const source = mediaSource(ref);
      if (source === undefined) throw wecomErrors.WECOM_MEDIA_BROKEN(["its reference is not one"]);
      const limited = AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]);
      const answer = await download(source.url, platform(), limited);
      return store(answer, source.aesKey, options, limited);
    },
  };
}

/** Leaves a whole file or none. */
async function store(
  answer: IncomingMessage,
  aesKey: string,
  { directory, maxBytes }: MediaFetch,
  signal: AbortSignal,
): Promise<FetchedMedia> {
  const name = join(directory, randomUUID());
  const partial = `${name}.part`;
  let sizeBytes = 0;
  let head = Buffer.alloc(0);
  const refusal = (why: "too large" | "too slow") =>
    why === "too large"
      ? wecomErrors.WECOM_MEDIA_TOO_LARGE([maxBytes])
      : wecomErrors.WECOM_MEDIA_UNREACHABLE(["download too slow"]);
  async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of boundedBytes(chunks, maxBytes, refusal)) {
      sizeBytes += chunk.length;
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES)]);
      yield chunk;
    }
  }
  try {
    const announced = Number(answer.headers["content-length"]);
    if (announced > maxBytes + PADDING_BYTES) throw wecomErrors.WECOM_MEDIA_TOO_LARGE([maxBytes]);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const file = createWriteStream(partial, { mode: 0o600, flags: "wx" });
    await pipeline(answer, createDecryption(aesKey), bounded, file, { signal });
    const { mimeType, extension } = kindOf(head);
    const path = `${name}${extension}`;
    await rename(partial, path);
    return { path, mimeType, sizeBytes };
  } catch (error) {
    answer.destroy();
    await rm(partial, { force: true });
    if (isLoongError(error)) throw error;
    throw wecomErrors.WECOM_MEDIA_UNREACHABLE(["download cut"], { cause: error });
  }
}
