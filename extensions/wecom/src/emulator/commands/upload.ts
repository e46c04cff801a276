import { createHash } from "node:crypto";
import { type EmulatorClock, numberAt, stringAt } from "@loong/emulator-kit";
import { randomHex } from "../ids.ts";
import type { Files } from "../state/files.ts";
import { OK, refuse, succeed, type Answer } from "../wire/answer.ts";
import type { Call, Handlers } from "./command.ts";
import type { Rates } from "./rates.ts";

interface Upload {
  readonly botId: string;
  readonly type: string;
  readonly name: string;
  readonly totalBytes: number;
  readonly totalChunks: number;
  readonly md5: string | undefined;
  readonly chunks: Map<number, Buffer>;
  readonly untilMs: number;
  mediaId: string | undefined;
}

const MB = 1024 * 1024;
/** @see https://developer.work.weixin.qq.com/document/path/101463 (uploads; copy of 2026-05-25) */
const MAX_BYTES: Readonly<Record<string, number>> = { image: 10 * MB, voice: 2 * MB, video: 10 * MB, file: 20 * MB };
const MIN_BYTES = 6;
const MAX_CHUNKS = 100;
const MAX_CHUNK_BYTES = 512 * 1024;
const SESSION_TTL_MS = 30 * 60_000;

/**
 * Uploads in three steps. A session belongs to the bot, so that it survives a reconnect; chunks come in any order, as
 * often as they like, counted from 0 or from 1.
 */
export function uploadHandlers(ports: {
  readonly clock: EmulatorClock;
  readonly files: Files;
  readonly rates: Rates;
}): Handlers {
  const { clock, files, rates } = ports;
  const uploads = new Map<string, Upload>();

  const find = ({ body, bot }: Call): Upload | undefined => {
    const upload = uploads.get(stringAt(body, "upload_id") ?? "");
    return upload?.botId === bot.botId && upload.untilMs > clock.now() ? upload : undefined;
  };

  return {
    aibot_upload_media_init(call) {
      const upload = planOf(call, clock.now() + SESSION_TTL_MS);
      if ("errcode" in upload) return upload;
      const limited = rates.upload(call.bot);
      if (limited !== undefined) return limited;
      const uploadId = randomHex();
      uploads.set(uploadId, upload);
      return succeed({ upload_id: uploadId });
    },
    aibot_upload_media_chunk(call) {
      const upload = find(call);
      return upload === undefined ? refuse(40058, "invalid upload_id") : takeChunk(upload, call);
    },
    aibot_upload_media_finish(call) {
      const upload = find(call);
      if (upload === undefined) return refuse(40058, "invalid upload_id");
      const bytes = assembled(upload);
      if ("errcode" in bytes) return bytes;
      const { type, name, botId } = upload;
      upload.mediaId ??= files.keep({ type, name, bytes }, botId);
      return succeed({ type, media_id: upload.mediaId, created_at: String(Math.floor(clock.now() / 1000)) });
    },
  };
}

function planOf({ body, bot }: Call, untilMs: number): Upload | Answer {
  const type = stringAt(body, "type") ?? "";
  const maxBytes = MAX_BYTES[type];
  const totalBytes = numberAt(body, "total_size") ?? 0;
  const totalChunks = numberAt(body, "total_chunks") ?? 0;
  const name = stringAt(body, "filename") ?? "";
  if (maxBytes === undefined) return refuse(40004);
  if (name === "") return refuse(40058, "filename is missing");
  if (totalBytes > maxBytes) return refuse(45001);
  if (totalBytes < MIN_BYTES) return refuse(40006);
  if (totalChunks < 1 || totalChunks > MAX_CHUNKS) return refuse(40058, "invalid total_chunks");
  const md5 = stringAt(body, "md5");
  return { botId: bot.botId, type, name, totalBytes, totalChunks, md5, chunks: new Map(), untilMs, mediaId: undefined };
}

function takeChunk({ chunks, totalChunks }: Upload, { body }: Call): Answer {
  const index = numberAt(body, "chunk_index") ?? -1;
  const bytes = Buffer.from(stringAt(body, "base64_data") ?? "", "base64");
  if (!Number.isInteger(index) || index < 0 || index > totalChunks) return refuse(40058, "invalid chunk_index");
  if (bytes.length === 0 || bytes.length > MAX_CHUNK_BYTES) return refuse(40006);
  chunks.set(index, bytes);
  return OK;
}

function assembled({ chunks, totalChunks, totalBytes, md5 }: Upload): Buffer | Answer {
  const first = chunks.has(0) ? 0 : 1;
  const parts = Array.from({ length: totalChunks }, (_, index) => chunks.get(index + first));
  const whole = parts.filter((part) => part !== undefined);
  if (whole.length < totalChunks) return refuse(40058, "chunks are missing");
  const bytes = Buffer.concat(whole);
  if (bytes.length !== totalBytes) return refuse(40006);
  if (md5 !== undefined && createHash("md5").update(bytes).digest("hex") !== md5.toLowerCase()) {
    return refuse(40058, "md5 mismatch");
  }
  return bytes;
}
