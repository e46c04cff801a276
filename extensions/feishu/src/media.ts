import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { boundedBytes } from "@loong/guards";
import { type FetchedMedia, type MediaFeature, type MediaFetch, type MessageRef, isLoongError } from "@loong/sdk";
import type { LarkApi } from "./api/endpoints.ts";
import { feishuErrors } from "./errors.ts";

const SNIFF_BYTES = 16;
const FETCH_TIMEOUT_MS = 120_000;

/** Attachments of messages. Names on disk are random and kinds are read from the bytes: what the sender says decides nothing. */
export function createMedia(api: LarkApi): MediaFeature {
  return {
    inbound: ["image", "file", "audio", "video"],
    async fetch(at, ref, options, signal) {
      if (options.kind === "sticker") throw feishuErrors.FEISHU_MEDIA_KIND([options.kind]);
      const limited = AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]);
      const answer = await open(api, at, ref, options, limited);
      return store(answer, options, limited);
    },
  };
}

function open(
  api: LarkApi,
  at: MessageRef,
  ref: string,
  { kind }: MediaFetch,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return api.resource(at.messageId, ref, kind === "image" ? "image" : "file", signal);
}

/** Leaves a whole file or none. */
async function store(
  answer: IncomingMessage,
  { directory, maxBytes }: MediaFetch,
  signal: AbortSignal,
): Promise<FetchedMedia> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const name = join(directory, randomUUID());
  const partial = `${name}.part`;
  let sizeBytes = 0;
  let head = Buffer.alloc(0);
  const refusal = (why: "too large" | "too slow") =>
    why === "too large"
      ? feishuErrors.FEISHU_MEDIA_TOO_LARGE([maxBytes])
      : feishuErrors.FEISHU_UNREACHABLE(["the platform", "download too slow"]);
  async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of boundedBytes(chunks, maxBytes, refusal)) {
      sizeBytes += chunk.length;
      if (head.length < SNIFF_BYTES) head = Buffer.concat([head, chunk.subarray(0, SNIFF_BYTES)]);
      yield chunk;
    }
  }
  try {
    if (Number(answer.headers["content-length"]) > maxBytes) throw feishuErrors.FEISHU_MEDIA_TOO_LARGE([maxBytes]);
    await pipeline(answer, bounded, createWriteStream(partial, { mode: 0o600, flags: "wx" }), { signal });
    const { mimeType, extension } = typeOf(head);
    const path = `${name}${extension}`;
    await rename(partial, path);
    return { path, mimeType, sizeBytes };
  } catch (error) {
    answer.destroy();
    await rm(partial, { force: true });
    if (isLoongError(error)) throw error;
    throw feishuErrors.FEISHU_UNREACHABLE(["the platform", "download cut"], { cause: error });
  }
}

interface FileKind {
  readonly mimeType: string;
  readonly extension: string;
}

const signatures: readonly (readonly [offset: number, bytes: string, kind: FileKind])[] = [
  [0, "\x89PNG\r\n\x1a\n", { mimeType: "image/png", extension: ".png" }],
  [0, "\xff\xd8\xff", { mimeType: "image/jpeg", extension: ".jpg" }],
  [0, "GIF8", { mimeType: "image/gif", extension: ".gif" }],
  [8, "WEBP", { mimeType: "image/webp", extension: ".webp" }],
  [0, "BM", { mimeType: "image/bmp", extension: ".bmp" }],
  [4, "ftyp", { mimeType: "video/mp4", extension: ".mp4" }],
  [0, "OggS", { mimeType: "audio/ogg", extension: ".ogg" }],
  [0, "%PDF-", { mimeType: "application/pdf", extension: ".pdf" }],
  [0, "PK\x03\x04", { mimeType: "application/zip", extension: ".zip" }],
];

function typeOf(head: Buffer): FileKind {
  const text = head.toString("latin1");
  const found = signatures.find(([offset, bytes]) => text.startsWith(bytes, offset));
  return found?.[2] ?? { mimeType: "application/octet-stream", extension: ".bin" };
}
