import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import { type OutboundFile, isLoongError } from "@loong/sdk";
import type { Message } from "grammy/types";
import type { TelegramApi } from "../api/client.ts";
import { telegramErrors } from "../errors.ts";
import type { Migrations } from "../migrations.ts";
import { type Place, type Placed, placeParameters, sendTo } from "./place.ts";

/** @see https://core.telegram.org/bots/api#sending-files (read 2026-08) */
const MAX_PHOTO_BYTES = 10 * 1024 * 1024;
const MAX_FILE_BYTES = 50 * 1024 * 1024;
const UPLOAD_TIMEOUT_MS = 180_000;

const PHOTOS = new Set([".jpg", ".jpeg", ".png", ".webp", ".bmp"]);

interface FileFacts {
  readonly path: string;
  readonly name: string;
  readonly sizeBytes: number;
}

interface Courier {
  readonly api: TelegramApi;
  readonly migrations: Migrations;
}

/** A photo where Telegram takes it as one, else a file: it refuses odd shapes and broken pictures before anything is sent. */
export async function sendImage(
  courier: Courier,
  file: OutboundFile,
  place: Place,
  signal: AbortSignal,
): Promise<Placed<Message>> {
  const facts = await factsOf(file);
  if (facts.sizeBytes > MAX_PHOTO_BYTES || !PHOTOS.has(extname(facts.name).toLowerCase())) {
    return upload("document", courier, facts, place, signal);
  }
  try {
    return await upload("photo", courier, facts, place, signal);
  } catch (error) {
    if (!isLoongError(error) || error.code !== "TELEGRAM_FILE_REFUSED") throw error;
    const { result, lost } = await upload("document", courier, facts, place, signal);
    return { result, lost: [...lost, "refused as a photo, sent as a file"] };
  }
}

export async function sendFile(
  courier: Courier,
  file: OutboundFile,
  place: Place,
  signal: AbortSignal,
): Promise<Placed<Message>> {
  return upload("document", courier, await factsOf(file), place, signal);
}

function upload(
  kind: "photo" | "document",
  { api, migrations }: Courier,
  facts: FileFacts,
  place: Place,
  signal: AbortSignal,
): Promise<Placed<Message>> {
  return sendTo<Message>(place, migrations, (at) =>
    api.call(
      async ({ raw, signal: limited, upload: asUpload }): Promise<Message> => {
        const file = asUpload(bytesOf(facts), facts.name);
        return kind === "photo"
          ? raw.sendPhoto({ ...placeParameters(at), photo: file }, limited)
          : raw.sendDocument({ ...placeParameters(at), document: file }, limited);
      },
      signal,
      UPLOAD_TIMEOUT_MS,
    ),
  );
}

/** Opens the file when the first byte is asked for. Not more than was looked at, even when the file grows meanwhile. */
async function* bytesOf({ path, sizeBytes }: FileFacts): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { end: sizeBytes - 1 }) as AsyncIterable<Buffer>;
}

async function factsOf({ path, name = basename(path) }: OutboundFile): Promise<FileFacts> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw telegramErrors.TELEGRAM_FILE_UNREADABLE([name, error.code ?? "failed"]);
  });
  if (!facts.isFile()) throw telegramErrors.TELEGRAM_FILE_UNREADABLE([name, "not a file"]);
  if (facts.size < 1 || facts.size > MAX_FILE_BYTES) {
    throw telegramErrors.TELEGRAM_FILE_SIZE([name, facts.size, MAX_FILE_BYTES]);
  }
  return { path, name, sizeBytes: facts.size };
}
