import { isImage } from "../media.ts";
import type { Files, StoredFile } from "../state/files.ts";
import type { UploadedFile } from "./multipart.ts";
import { badRequest, Refusal } from "./refusal.ts";

/** Where a file may come from: the form of the call, and what was stored before. */
export interface FileSource {
  readonly uploads: Readonly<Record<string, UploadedFile>>;
  readonly files: Files;
}

const MIB = 1024 * 1024;
const MAX_UPLOAD_BYTES = 50 * MIB;
const MAX_PHOTO_BYTES = 10 * MIB;
const MAX_URL_BYTES = 20 * MIB;
const MAX_URL_PHOTO_BYTES = 5 * MIB;
const FETCH_TIMEOUT_MS = 10_000;

/**
 * The file a parameter names: an upload (under the parameter's own name, or `attach://<part>`), a file id, or an http
 * address, which is fetched from this machine only.
 * @throws Refusal
 */
export async function inputFile(kind: string, value: string, field: string, source: FileSource): Promise<StoredFile> {
  const part = value.startsWith("attach://") ? value.slice("attach://".length) : field;
  const upload = source.uploads[part];
  if (upload !== undefined) return stored(kind, upload, source.files);
  if (value === "" || value.startsWith("attach://"))
    throw badRequest(`there is no ${kind.replace("_", " ")} in the request`);
  if (/^https?:\/\//i.test(value)) return fetched(kind, value, source.files);
  const known = source.files.find(value);
  if (known === undefined) throw badRequest("wrong remote file identifier specified: Wrong string length");
  return known;
}

function stored(kind: string, { bytes, name, mimeType }: UploadedFile, files: Files): StoredFile {
  if (bytes.length === 0) throw badRequest("file must be non-empty");
  if (bytes.length > MAX_UPLOAD_BYTES) throw new Refusal(413, "Request Entity Too Large");
  if (kind === "photo") checkPhoto(bytes);
  return files.add({ kind, bytes, name, mimeType: mimeOf(kind, mimeType) });
}

function checkPhoto(bytes: Buffer): void {
  if (bytes.length > MAX_PHOTO_BYTES)
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${MAX_PHOTO_BYTES} bytes`,
    );
  if (!isImage(bytes)) throw badRequest("IMAGE_PROCESS_FAILED");
}

function mimeOf(kind: string, mimeType: string): string | undefined {
  const isGeneric = mimeType === "" || mimeType === "application/octet-stream";
  return isGeneric && kind !== "document" ? undefined : mimeType;
}

async function fetched(kind: string, url: string, files: Files): Promise<StoredFile> {
  if (!["localhost", "127.0.0.1", "[::1]"].includes(new URL(url).hostname))
    throw badRequest("failed to get HTTP URL content");
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) }).catch(() => undefined);
  if (response?.ok !== true) throw badRequest("failed to get HTTP URL content");
  const bytes = Buffer.from(await response.arrayBuffer());
  if (bytes.length > (kind === "photo" ? MAX_URL_PHOTO_BYTES : MAX_URL_BYTES))
    throw badRequest("failed to get HTTP URL content");
  if (kind === "photo" && !isImage(bytes)) throw badRequest("wrong type of the web page content");
  const name = new URL(url).pathname.split("/").at(-1);
  return files.add({ kind, bytes, name, mimeType: response.headers.get("content-type") ?? undefined });
}
