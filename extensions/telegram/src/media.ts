import type { IncomingMessage } from "node:http";
import { storeDownload } from "@loong/guards";
import { type FetchedMedia, type MediaFeature, type MediaFetch, isLoongError } from "@loong/sdk";
import type { TelegramApi } from "./api/client.ts";
import { telegramErrors } from "./errors.ts";

const FETCH_TIMEOUT_MS = 120_000;

/** Attachments of messages. Names on disk are random and kinds are read from the bytes: what the sender says decides nothing. */
export function createMedia(api: TelegramApi): MediaFeature {
  return {
    inbound: ["image", "file", "audio", "video", "sticker"],
    async fetch(_at, ref, options, signal) {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]);
      const path = await locate(api, ref, options.maxBytes, limited);
      return store(await api.file(path, limited), options, limited);
    },
  };
}

/**
 * Where the file can be had for the next hour.
 *
 * @see https://core.telegram.org/bots/api#getfile (20 MB at most; read 2026-08)
 */
async function locate(api: TelegramApi, ref: string, maxBytes: number, signal: AbortSignal): Promise<string> {
  const file = await api
    .call(({ raw, signal: limited }) => raw.getFile({ file_id: ref }, limited), signal)
    .catch((error: unknown) => {
      const isTooBig = isLoongError(error) && error.message.includes("file is too big");
      throw isTooBig ? telegramErrors.TELEGRAM_MEDIA_TOO_LARGE([20_000_000]) : error;
    });
  if ((file.file_size ?? 0) > maxBytes) throw telegramErrors.TELEGRAM_MEDIA_TOO_LARGE([maxBytes]);
  const path = file.file_path ?? "";
  // A server that runs with --local names a path of its own disk.
  if (path === "" || path.startsWith("/") || path.split("/").includes("..")) {
    throw telegramErrors.TELEGRAM_MEDIA_UNAVAILABLE([]);
  }
  return path;
}

async function store(answer: IncomingMessage, options: MediaFetch, signal: AbortSignal): Promise<FetchedMedia> {
  const { maxBytes } = options;
  const refusal = (why: "too large" | "too slow") =>
    why === "too large"
      ? telegramErrors.TELEGRAM_MEDIA_TOO_LARGE([maxBytes])
      : telegramErrors.TELEGRAM_UNREACHABLE(["the file server", "download too slow"]);
  try {
    if (answer.statusCode !== 200) throw telegramErrors.TELEGRAM_MEDIA_UNAVAILABLE([]);
    if (Number(answer.headers["content-length"]) > maxBytes) throw refusal("too large");
    return await storeDownload(answer, options, refusal, signal);
  } catch (error) {
    answer.destroy();
    if (isLoongError(error)) throw error;
    // A cause would name the address, and with it the token.
    throw telegramErrors.TELEGRAM_UNREACHABLE(["the file server", "download cut"]);
  }
}
