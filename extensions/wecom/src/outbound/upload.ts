import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { LoongError, type OutboundContent, type OutboundFile, isLoongError } from "@loong/sdk";
import { wecomErrors } from "../errors.ts";
import { type Body, textAt } from "../link/json.ts";
import type { Link } from "../link/link.ts";

const MEGABYTE = 1024 * 1024;
const CHUNK_BYTES = 512 * 1024;
const CHUNK_ATTEMPTS = 3;
const CHUNKS_AT_ONCE = 4;
const MIN_BYTES = 6;

type MediaType = "image" | "voice" | "video" | "file";

/** @see https://developer.work.weixin.qq.com/document/path/101463 (uploading media; read 2026-05) */
const maxBytes: Readonly<Record<MediaType, number>> = {
  image: 10 * MEGABYTE,
  voice: 2 * MEGABYTE,
  video: 10 * MEGABYTE,
  file: 20 * MEGABYTE,
};

const typeOfExtension: ReadonlyMap<string, MediaType> = new Map([
  [".jpg", "image"],
  [".jpeg", "image"],
  [".png", "image"],
  [".gif", "image"],
  [".amr", "voice"],
  [".mp4", "video"],
]);

export interface Uploaded {
  /** The message that shows the file. */
  readonly body: Body;
  readonly degraded?: string;
}

/**
 * Hands the bytes to the platform. What it would not take as an image, a voice message or a video goes as a file.
 *
 * @throws WECOM_FILE_UNREADABLE, WECOM_FILE_SIZE, and what the platform says; never `unknown`, since nothing is shown yet
 */
export async function uploadMessage(
  link: Link,
  { type, file }: OutboundContent & { type: "image" | "file" },
  signal: AbortSignal,
): Promise<Uploaded> {
  const { name, sizeBytes } = await factsOf(file);
  const mediaType = mediaTypeOf(name, sizeBytes, type);
  checkSize(name, sizeBytes, mediaType);
  const mediaId = await upload(link, await bytesOf(file, name), { mediaType, name }, signal).catch(throwNotSent);
  const body = { msgtype: mediaType, [mediaType]: { media_id: mediaId } };
  return type === "image" && mediaType === "file" ? { body, degraded: "sent as a file, not as an image" } : { body };
}

function mediaTypeOf(name: string, sizeBytes: number, wanted: "image" | "file"): MediaType {
  const natural = typeOfExtension.get(extname(name).toLowerCase()) ?? "file";
  // A picture that is sent as a file keeps its quality.
  const type = wanted === "file" && natural === "image" ? "file" : natural;
  return sizeBytes > maxBytes[type] ? "file" : type;
}

async function upload(
  link: Link,
  bytes: Buffer,
  { mediaType, name }: { readonly mediaType: MediaType; readonly name: string },
  signal: AbortSignal,
): Promise<string> {
  const count = Math.ceil(bytes.length / CHUNK_BYTES);
  const begun = await link.request(
    "aibot_upload_media_init",
    {
      type: mediaType,
      filename: name,
      total_size: bytes.length,
      total_chunks: count,
      md5: createHash("md5").update(bytes).digest("hex"),
    },
    signal,
  );
  const uploadId = textAt(begun, "upload_id");
  const left = Array.from({ length: count }, (_, index) => index);
  async function worker(): Promise<void> {
    for (let index = left.shift(); index !== undefined; index = left.shift()) {
      await sendChunk(link, uploadId, index, bytes, signal);
    }
  }
  await Promise.all(Array.from({ length: CHUNKS_AT_ONCE }, worker));
  const done = await link.request("aibot_upload_media_finish", { upload_id: uploadId }, signal);
  return textAt(done, "media_id");
}

/** The platform takes the same chunk twice, so one whose answer was lost goes out again. */
async function sendChunk(
  link: Link,
  uploadId: string,
  index: number,
  bytes: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const chunk = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES);
  const body = { upload_id: uploadId, chunk_index: index, base64_data: chunk.toString("base64") };
  for (let attempt = 1; ; attempt++) {
    try {
      await link.request("aibot_upload_media_chunk", body, signal);
      return;
    } catch (error) {
      const mayRepeat = isLoongError(error) && (error.code === "WECOM_NO_ACK" || error.code === "WECOM_BUSY");
      if (!mayRepeat || attempt === CHUNK_ATTEMPTS || signal.aborted) throw error;
    }
  }
}

/** An upload shows nothing: what is unknown about it has not sent the message. */
function throwNotSent(error: unknown): never {
  if (!isLoongError(error) || error.outcome !== "unknown") throw error;
  throw new LoongError(error.code, error.message, {
    outcome: "not-sent",
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

async function factsOf({ path, name = basename(path) }: OutboundFile): Promise<{ name: string; sizeBytes: number }> {
  const stats = await stat(path).catch((error: unknown) => {
    throw unreadable(name, error);
  });
  if (!stats.isFile()) throw wecomErrors.WECOM_FILE_UNREADABLE([name, "not a file"]);
  return { name, sizeBytes: stats.size };
}

function bytesOf({ path }: OutboundFile, name: string): Promise<Buffer> {
  return readFile(path).catch((error: unknown) => {
    throw unreadable(name, error);
  });
}

function unreadable(name: string, cause: unknown): LoongError {
  const reason = (cause as NodeJS.ErrnoException).code ?? "unreadable";
  return wecomErrors.WECOM_FILE_UNREADABLE([name, reason], { cause });
}

function checkSize(name: string, sizeBytes: number, type: MediaType): void {
  if (sizeBytes >= MIN_BYTES && sizeBytes <= maxBytes[type]) return;
  throw wecomErrors.WECOM_FILE_SIZE([name, sizeBytes, maxBytes[type]]);
}
