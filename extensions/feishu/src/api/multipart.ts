import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import type { HttpBody } from "./transport.ts";

export interface FilePart {
  /** Name of the form field. */
  readonly field: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly name: string;
}

/**
 * A form with one file, streamed from disk with its length known beforehand: the platform refuses parts without a file name
 * and requests without a length.
 */
export function multipart(fields: Readonly<Record<string, string>>, file: FilePart): HttpBody {
  const boundary = `loong-${randomBytes(16).toString("hex")}`;
  const part = (name: string, rest: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${rest}\r\n\r\n`;
  const texts = Object.entries(fields).map(([name, value]) => `${part(name, "")}${value}\r\n`);
  const opening = `; filename="${quotable(file.name)}"\r\nContent-Type: application/octet-stream`;
  const head = Buffer.from(texts.join("") + part(file.field, opening));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: head.length + file.sizeBytes + tail.length,
    async *chunks() {
      yield head;
      // Exactly what was announced, even when the file grows meanwhile.
      yield* createReadStream(file.path, { end: file.sizeBytes - 1 }) as AsyncIterable<Buffer>;
      yield tail;
    },
  };
}

/** @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data */
function quotable(name: string): string {
  return name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
