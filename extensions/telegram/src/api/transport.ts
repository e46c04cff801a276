import type { IncomingMessage } from "node:http";
import {
  createHttpPool,
  ExchangeFailure,
  type ExchangeRequest,
  exchangeText,
  openExchange,
  type HttpAnswer,
} from "@loong/guards";
import { telegramErrors } from "../errors.ts";

/** A poll is answered with at most 4 MB. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

type HttpRequest = Pick<ExchangeRequest, "method" | "url" | "headers" | "body">;

/**
 * Pooled HTTP to one host. What it throws names the host and never the address, which holds the token, and says whether bytes
 * may have been taken.
 */
export interface Transport {
  /** @throws TELEGRAM_UNREACHABLE (nothing was taken), TELEGRAM_NO_ANSWER (nobody knows) */
  text(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** The caller reads or destroys the body. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage>;
  close(): void;
}

/** Opens nothing until the first request. */
export function createTransport(baseUrl: URL): Transport {
  const agent = createHttpPool(baseUrl);

  /** Without a cause: it may quote the address. */
  function failed(error: unknown): never {
    if (!(error instanceof ExchangeFailure)) throw error;
    const make = error.reached ? telegramErrors.TELEGRAM_NO_ANSWER : telegramErrors.TELEGRAM_UNREACHABLE;
    throw make([baseUrl.host, error.message]);
  }

  return {
    text: (request, signal) => exchangeText({ ...request, agent }, MAX_ANSWER_BYTES, signal).catch(failed),
    stream: (request, signal) => openExchange({ ...request, agent }, signal).catch(failed),
    close: () => agent.destroy(),
  };
}
