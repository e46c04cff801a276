import type { App } from "../state/apps.ts";
import type { Blob, Blobs } from "../state/blobs.ts";
import { invalidField, refuse, success, type Answer, type Refusal } from "./answer.ts";
import { imageFormat, type ImageFormat } from "./image-format.ts";
import { readForm, type Form } from "./multipart.ts";
import type { Call, Route } from "./router.ts";

const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
const MAX_FILE_BYTES = 30 * 1024 * 1024;
const MAX_SIDE = 12_000;
const MAX_GIF_SIDE = 2000;
const IMAGE_TYPES = new Set(["message", "avatar"]);
const FILE_TYPES = new Set(["opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"]);
const SCOPES = ["im:resource", "im:resource:upload"];

/**
 * Images and files an app uploads, and what it may fetch back: only its own.
 * @see https://open.feishu.cn/document/server-docs/im-v1/image/create (read 2026-05)
 * @see https://open.feishu.cn/document/server-docs/im-v1/file/create (read 2026-05)
 */
export function uploadRoutes(blobs: Blobs): Route[] {
  return [
    {
      method: "POST",
      path: "/open-apis/im/v1/images",
      auth: "bot",
      scopes: SCOPES,
      handle: (call) => uploadImage(call, blobs),
    },
    {
      method: "POST",
      path: "/open-apis/im/v1/files",
      auth: "bot",
      scopes: SCOPES,
      handle: (call) => uploadFile(call, blobs),
    },
    {
      method: "GET",
      path: "/open-apis/im/v1/images/:key",
      auth: "bot",
      scopes: ["im:resource"],
      handle: (call) => own(call, blobs),
    },
    {
      method: "GET",
      path: "/open-apis/im/v1/files/:key",
      auth: "bot",
      scopes: ["im:resource"],
      handle: (call) => own(call, blobs),
    },
  ];
}

async function uploadImage({ headers, raw, app }: Call, blobs: Blobs): Promise<Answer> {
  const form = await readForm(headers, raw);
  if (form === undefined) return badForm();
  if (!IMAGE_TYPES.has(form.fields["image_type"] ?? ""))
    return invalidField("image_type", "image_type is required: message or avatar");
  const bytes = form.files["image"]?.bytes;
  if (bytes === undefined) return invalidField("image", "image is required");
  const refusal = checkBytes(bytes, MAX_IMAGE_BYTES) ?? checkPicture(imageFormat(bytes));
  if (refusal !== undefined) return refusal;
  const { key } = blobs.add(upload(app, "image", bytes, form.files["image"]?.name));
  return success({ image_key: key });
}

async function uploadFile({ headers, raw, app }: Call, blobs: Blobs): Promise<Answer> {
  const form = await readForm(headers, raw);
  if (form === undefined) return badForm();
  const { file_type: fileType = "", file_name: name } = form.fields;
  if (!FILE_TYPES.has(fileType))
    return invalidField("file_type", "file_type must be opus, mp4, pdf, doc, xls, ppt or stream");
  if (!name) return invalidField("file_name", "file_name is required");
  const bytes = form.files["file"]?.bytes;
  if (bytes === undefined) return invalidField("file", "file is required");
  const refusal = checkBytes(bytes, MAX_FILE_BYTES);
  if (refusal !== undefined) return refusal;
  const { key } = blobs.add({ ...upload(app, "file", bytes, name), fileType, durationMs: duration(form) });
  return success({ file_key: key });
}

function upload(app: App, kind: Blob["kind"], bytes: Buffer, name: string | undefined): Omit<Blob, "key"> {
  return { kind, bytes, name, fileType: undefined, durationMs: undefined, uploadedBy: app };
}

function duration({ fields }: Form): number | undefined {
  const value = Number(fields["duration"]);
  return Number.isFinite(value) ? value : undefined;
}

function checkBytes(bytes: Buffer, maxBytes: number): Refusal | undefined {
  if (bytes.length === 0) return refuse(234010, "File's size can't be 0.");
  return bytes.length > maxBytes ? refuse(234006, "The file size exceed the max value.") : undefined;
}

function checkPicture(format: ImageFormat | undefined): Refusal | undefined {
  if (format === undefined) return refuse(234011, "The image format is not supported.");
  const maxSide = format.type === "image/gif" ? MAX_GIF_SIDE : MAX_SIDE;
  return Math.max(format.width ?? 0, format.height ?? 0) > maxSide
    ? refuse(234039, "The resolution of the image exceeds the limit.")
    : undefined;
}

function badForm(): Refusal {
  return refuse(234001, "Invalid request param.");
}

function own({ params, app }: Call, blobs: Blobs): Answer {
  const blob = blobs.find(params["key"] ?? "");
  if (blob === undefined) return refuse(234001, "Invalid request param.");
  if (blob.uploadedBy !== app) return refuse(234008, "The app is not the resource sender.");
  return download(blob);
}

export function download(blob: Blob): Answer {
  const contentType = imageFormat(blob.bytes)?.type ?? "application/octet-stream";
  return { kind: "bytes", bytes: blob.bytes, contentType, fileName: blob.name ?? blob.key };
}
