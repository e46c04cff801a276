import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { EmulatorClock } from "@loong/emulator-kit";
import type { Faults, MediaFaultAction } from "../faults.ts";
import { encrypt, type Files, type MediaLink } from "../state/files.ts";

/** Serves the links in callbacks: encrypted, each with a key of its own, 403 after five minutes. */
export function createMediaServer(ports: {
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly files: Files;
}): (linkId: string, response: ServerResponse) => void {
  const { clock, faults, files } = ports;
  return (linkId, response) => {
    const link = files.find(linkId);
    const action = link === undefined ? "not-found" : faults.media(link.file.name);
    if (link === undefined || action === "not-found") refuse(response, 404, "NoSuchKey");
    else if (action === "expired" || link.expiresAtMs <= clock.now()) refuse(response, 403, "AccessDenied");
    else if (action === undefined) send(response, link, encrypt(link.file.bytes, link.aesKey));
    else misbehave(action, link, response, clock);
  };
}

function misbehave(
  action: Exclude<MediaFaultAction, "not-found" | "expired">,
  link: MediaLink,
  response: ServerResponse,
  clock: EmulatorClock,
): void {
  const body = encrypt(link.file.bytes, link.aesKey);
  if (typeof action === "object") {
    if ("status" in action) refuse(response, action.status, "InternalError");
    else if ("slowMs" in action) clock.setTimer(action.slowMs, () => send(response, link, body));
    else sendZeros(response, link, action.hugeBytes);
    return;
  }
  switch (action) {
    case "hang":
      return;
    case "truncated":
      // A whole number of cipher blocks, so that only the padding tells.
      send(response, link, body.subarray(0, Math.max(16, Math.floor(body.length / 32) * 16)));
      return;
    case "wrong-padding":
      send(response, link, encrypt(link.file.bytes, link.aesKey, 200));
      return;
    case "wrong-key":
      send(response, link, encrypt(link.file.bytes, randomBytes(32)));
      return;
    case "reset":
      response.writeHead(200, { ...headersOf(link), "content-length": body.length });
      response.write(body.subarray(0, body.length / 2), () => response.socket?.resetAndDestroy());
      return;
  }
}

function send(response: ServerResponse, link: MediaLink, body: Buffer): void {
  response.writeHead(200, { ...headersOf(link), "content-length": body.length });
  response.end(body);
}

function sendZeros(response: ServerResponse, link: MediaLink, bytes: number): void {
  response.writeHead(200, headersOf(link));
  const chunk = Buffer.alloc(64 * 1024);
  Readable.from(zeros(chunk, bytes)).pipe(response);
}

function* zeros(chunk: Buffer, bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= chunk.length) yield chunk.subarray(0, Math.min(left, chunk.length));
}

/** The name in both spellings of RFC 6266; the old one is percent-encoded, as the platform does it. */
function headersOf({ file }: MediaLink): Readonly<Record<string, string>> {
  const name = encodeURIComponent(file.name).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename="${name}"; filename*=UTF-8''${name}`,
  };
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(`<?xml version="1.0" encoding="utf-8" ?><Error><Code>${code}</Code></Error>`);
}
