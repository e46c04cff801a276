import type { IncomingMessage } from "node:http";
import { storeDownload } from "@loong/guards";
import { type FetchedMedia, type MediaFeature, type MediaFetch, isLoongError } from "@loong/sdk";
import { wecomErrors } from "./errors.ts";
import { createDecryption } from "./inbound/decrypt.ts";
import { download } from "./inbound/download.ts";
import { mediaSource } from "./inbound/media-ref.ts";

const FETCH_TIMEOUT_MS = 120_000;
/** Padding makes the encrypted file longer. */
const PADDING_BYTES = 32;

/**
 * Attachments of messages. The platform keeps them for five minutes, encrypted; names on disk are random.
 *
 * @param platform - The address of the long connection.
 */
export function createMedia(platform: () => URL): MediaFeature {
  return {
    inbound: ["image", "file", "video"],
    async fetch(_at, ref, options, signal) {
      const source = mediaSource(ref);
      if (source === undefined) throw wecomErrors.WECOM_MEDIA_BROKEN(["its reference is not one"]);
      const limited = AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]);
      const answer = await download(source.url, platform(), limited);
      return store(answer, source.aesKey, options, limited);
    },
  };
}

async function store(
  answer: IncomingMessage,
  aesKey: string,
  options: MediaFetch,
  signal: AbortSignal,
): Promise<FetchedMedia> {
  const { maxBytes } = options;
  const refusal = (why: "too large" | "too slow") =>
    why === "too large"
      ? wecomErrors.WECOM_MEDIA_TOO_LARGE([maxBytes])
      : wecomErrors.WECOM_MEDIA_UNREACHABLE(["download too slow"]);
  try {
    if (Number(answer.headers["content-length"]) > maxBytes + PADDING_BYTES) throw refusal("too large");
    return await storeDownload(answer, options, refusal, signal, createDecryption(aesKey));
  } catch (error) {
    answer.destroy();
    if (isLoongError(error)) throw error;
    throw wecomErrors.WECOM_MEDIA_UNREACHABLE(["download cut"], { cause: error });
  }
}
