import { Busboy, type BusboyInstance } from "@fastify/busboy";
import type { IncomingHttpHeaders } from "node:http";

export interface UploadedFile {
  readonly bytes: Buffer;
  readonly name: string | undefined;
  readonly mimeType: string;
}

export interface Form {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, UploadedFile>>;
}

const MAX_FIELD_BYTES = 4 * 1024 * 1024;

/**
 * Reads `multipart/form-data`; a part with a file name, or of another type than text, is a file.
 * @returns `undefined` when the body is broken.
 */
export async function readForm(headers: IncomingHttpHeaders, raw: Buffer): Promise<Form | undefined> {
  return new Promise((resolve) => {
    const fields: Record<string, string> = {};
    const files: Record<string, UploadedFile> = {};
    const reader = openReader(headers);
    if (reader === undefined) {
      resolve(undefined);
      return;
    }
    reader.on("field", (name, value) => (fields[name] = value));
    reader.on("file", (name, stream, fileName: string | undefined, _encoding, mimeType) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => (files[name] = { bytes: Buffer.concat(chunks), name: fileName, mimeType }));
    });
    reader.on("error", () => resolve(undefined));
    reader.on("finish", () => resolve({ fields, files }));
    reader.end(raw);
  });
}

/** The parser refuses a header without a boundary by throwing. */
function openReader(headers: IncomingHttpHeaders): BusboyInstance | undefined {
  try {
    const contentType = headers["content-type"] ?? "";
    return new Busboy({ headers: { ...headers, "content-type": contentType }, limits: { fieldSize: MAX_FIELD_BYTES } });
  } catch {
    return undefined;
  }
}
