import type { IncomingMessage } from "node:http";
import { parseJson } from "@loong/emulator-kit";

/** One request, read to its end. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** `undefined` when the body is no JSON; an empty object when there is none. */
  readonly body: unknown;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** @returns `undefined` when the body is larger than anything the emulator reads. */
export async function readRequest(request: IncomingMessage): Promise<Incoming | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return undefined;
  }
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://emulator");
  const body = bytes === 0 ? {} : parseJson(Buffer.concat(chunks).toString("utf8"));
  return { method: request.method ?? "GET", path: pathname, query: searchParams, body };
}
