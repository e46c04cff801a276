import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { OutboundFile } from "@loong/sdk";
import type { LarkApi, NativeMessage } from "../api/endpoints.ts";
import { type FilePart, multipart } from "../api/multipart.ts";
import { feishuErrors } from "../errors.ts";

/** @see https://open.feishu.cn/document/server-docs/im-v1/image/create and …/file/create (read 2026-05) */
const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
const MAX_FILE_BYTES = 30 * 1024 * 1024;

const IMAGES = new Set([".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".ico", ".tiff", ".tif", ".heic"]);

type FileType = "opus" | "mp4" | "pdf" | "doc" | "xls" | "ppt" | "stream";

const fileTypes: ReadonlyMap<string, FileType> = new Map([
  [".opus", "opus"],
  [".mp4", "mp4"],
  [".pdf", "pdf"],
  [".doc", "doc"],
  [".docx", "doc"],
  [".xls", "xls"],
  [".xlsx", "xls"],
  [".ppt", "ppt"],
  [".pptx", "ppt"],
]);

/** Hands the bytes to the platform and gives the message that shows them. */
export async function uploadImageMessage(
  api: LarkApi,
  file: OutboundFile,
  signal: AbortSignal,
): Promise<NativeMessage> {
  const facts = await factsOf(file);
  // What the platform does not take as an image still arrives as a file.
  if (facts.sizeBytes > MAX_IMAGE_BYTES || !IMAGES.has(extname(facts.name).toLowerCase())) {
    return uploadFileMessage(api, file, signal);
  }
  const key = await uploadImage(api, facts, signal);
  return { type: "image", content: JSON.stringify({ image_key: key }) };
}

export async function uploadFileMessage(api: LarkApi, file: OutboundFile, signal: AbortSignal): Promise<NativeMessage> {
  const facts = await factsOf(file);
  checkSize(facts, MAX_FILE_BYTES);
  const fileType = fileTypes.get(extname(facts.name).toLowerCase()) ?? "stream";
  const fields = { file_type: fileType, file_name: facts.name };
  const key = await api.uploadFile(multipart(fields, { ...facts, field: "file" }), signal);
  return { type: messageTypeOf(fileType), content: JSON.stringify({ file_key: key }) };
}

/** @returns The image key. */
export async function uploadImageFile(api: LarkApi, file: OutboundFile, signal: AbortSignal): Promise<string> {
  return uploadImage(api, await factsOf(file), signal);
}

type FileFacts = Omit<FilePart, "field">;

async function uploadImage(api: LarkApi, facts: FileFacts, signal: AbortSignal): Promise<string> {
  checkSize(facts, MAX_IMAGE_BYTES);
  return api.uploadImage(multipart({ image_type: "message" }, { ...facts, field: "image" }), signal);
}

/** Sending one as another is refused with 230055. */
function messageTypeOf(fileType: FileType): "media" | "audio" | "file" {
  if (fileType === "mp4") return "media";
  return fileType === "opus" ? "audio" : "file";
}

async function factsOf({ path, name = basename(path) }: OutboundFile): Promise<FileFacts> {
  try {
    const { size, isFile } = await stat(path).then((stats) => ({ size: stats.size, isFile: stats.isFile() }));
    if (!isFile) throw new Error("not a file");
    return { path, name, sizeBytes: size };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw feishuErrors.FEISHU_FILE_UNREADABLE([name, reason], { cause: error });
  }
}

function checkSize({ name, sizeBytes }: FileFacts, maxBytes: number): void {
  if (sizeBytes >= 1 && sizeBytes <= maxBytes) return;
  throw feishuErrors.FEISHU_FILE_SIZE([name, sizeBytes, maxBytes]);
}
