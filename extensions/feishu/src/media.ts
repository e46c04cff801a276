import type { IncomingMessage } from "node:http";
import { storeDownload } from "@loong/guards";
import { type FetchedMedia, type MediaFeature, type MediaFetch, type MessageRef, isLoongError } from "@loong/sdk";
import type { LarkApi } from "./api/endpoints.ts";
import { feishuErrors } from "./errors.ts";

const FETCH_TIMEOUT_MS = 120_000;

/** Attachments of messages. Names on disk are random and kinds are read from the bytes: what the sender says decides nothing. */
export function createMedia(api: LarkApi): MediaFeature {
  return {
    inbound: ["image", "file", "audio", "video"],
    async fetch(at, ref, options, signal) {
      if (options.kind === "sticker") throw feishuErrors.FEISHU_MEDIA_KIND([options.kind]);
      const limited = AbortSignal.any([signal, AbortSignal.timeout(FETCH_TIMEOUT_MS)]);
      const answer = await open(api, at, ref, options, limited);
      return store(answer, options, limited);
    },
  };
}

function open(
  api: LarkApi,
  at: MessageRef,
  ref: string,
  { kind }: MediaFetch,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return api.resource(at.messageId, ref, kind === "image" ? "image" : "file", signal);
}

async function store(answer: IncomingMessage, options: MediaFetch, signal: AbortSignal): Promise<FetchedMedia> {
  const { maxBytes } = options;
  const refusal = (why: "too large" | "too slow") =>
    why === "too large"
      ? feishuErrors.FEISHU_MEDIA_TOO_LARGE([maxBytes])
      : feishuErrors.FEISHU_UNREACHABLE(["the platform", "download too slow"]);
  try {
    if (Number(answer.headers["content-length"]) > maxBytes) throw refusal("too large");
    return await storeDownload(answer, options, refusal, signal);
  } catch (error) {
    answer.destroy();
    if (isLoongError(error)) throw error;
    throw feishuErrors.FEISHU_UNREACHABLE(["the platform", "download cut"], { cause: error });
  }
}
