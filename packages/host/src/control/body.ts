import type { IncomingMessage } from "node:http";
import { hostErrors } from "../errors.ts";

export const MAX_BODY_BYTES = 1024 * 1024;

/**
 * @returns `{}` for an empty body.
 * @throws CONTROL_BODY_TOO_LARGE, CONTROL_REQUEST_INVALID
 */
export async function readJson(call: string, request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  // The stream stays open when reading ends early: the refusal goes out on the same socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_BODY_BYTES) throw hostErrors.CONTROL_BODY_TOO_LARGE([MAX_BODY_BYTES]);
    chunks.push(chunk);
  }
  if (sizeBytes === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw hostErrors.CONTROL_REQUEST_INVALID([call, "the body is not JSON"], { cause });
  }
}
