import { Busboy, type BusboyInstance } from "@fastify/busboy";
import type { IncomingHttpHeaders } from "node:http";

interface UploadedPart {
  readonly bytes: Buffer;
  /** Absent when the client named none, as buffers have none. */
  readonly name: string | undefined;
}

export interface Form {
  readonly fields: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, UploadedPart>>;
}

/**
 * Reads `multipart/form-data`. A part without a file name counts as a file when its type is `application/octet-stream`.
 * @returns `undefined` when the body is something else or broken.
 */
export async function readForm(headers: IncomingHttpHeaders, raw: Buffer): Promise<Form | undefined> {
  const contentType = headers["content-type"];
  if (contentType?.startsWith("multipart/form-data") !== true) return undefined;
  return new Promise((resolve) => {
    const fields: Record<string, string> = {};
    const files: Record<string, UploadedPart> = {};
    const reader = openReader({ ...headers, "content-type": contentType });
    if (reader === undefined) {
      resolve(undefined);
      return;
    }
    reader.on("field", (name, value) => (fields[name] = value));
    reader.on("file", (name, stream, fileName: string | undefined) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => (files[name] = { bytes: Buffer.concat(chunks), name: fileName }));
    });
    reader.on("error", () => resolve(undefined));
    reader.on("finish", () => resolve({ fields, files }));
    reader.end(raw);
  });
}

/** The parser refuses a header without a boundary by throwing. */
function openReader(headers: IncomingHttpHeaders & { "content-type": string }): BusboyInstance | undefined {
  try {
    return new Busboy({ headers });
  } catch {
    return undefined;
  }
}
