import type { Agent, IncomingMessage } from "node:http";
import {
  createHttpPool,
  ExchangeFailure,
  type ExchangeRequest,
  exchangeText,
  openExchange,
  type HttpAnswer,
} from "@loong/guards";
import { feishuErrors } from "../errors.ts";

const RESPONSE_TIMEOUT_MS = 20_000;
/** Also for the long connection, whose own pings are minutes apart. */
const KEEP_ALIVE_MS = 15_000;
export const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** Until the headers of the answer are there; for `text`, until its end. */
  readonly timeoutMs?: number;
}

/** Bytes of a known length: the platform refuses uploads without one. `chunks` may be read again for a second attempt. */
export interface HttpBody {
  readonly contentType: string;
  readonly length: number;
  chunks(): AsyncIterable<Uint8Array> | Uint8Array;
}

/** Pooled HTTP to one host. What it throws says whether bytes may have been taken. */
export interface Transport {
  /** @throws FEISHU_UNREACHABLE (nothing was taken), FEISHU_NO_ANSWER (nobody knows) */
  text(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** The caller reads or destroys the body. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage>;
  /** For other clients of this host: it knows the proxy, and tries silent connections. */
  readonly agent: Agent;
  close(): void;
}

/** Opens nothing until the first request. */
export function createTransport(baseUrl: URL): Transport {
  const agent = createHttpPool(baseUrl, KEEP_ALIVE_MS);

  function exchangeOf({ method, url, headers, body, timeoutMs = RESPONSE_TIMEOUT_MS }: HttpRequest): ExchangeRequest {
    if (body === undefined) return { method, url, agent, timeoutMs, headers: { ...headers } };
    const { contentType, length } = body;
    const described = { ...headers, "content-type": contentType, "content-length": String(length) };
    return { method, url, agent, timeoutMs, headers: described, body: body.chunks() };
  }

  function failed(error: unknown): never {
    if (!(error instanceof ExchangeFailure)) throw error;
    const make = error.reached ? feishuErrors.FEISHU_NO_ANSWER : feishuErrors.FEISHU_UNREACHABLE;
    throw make([baseUrl.host, error.message], { cause: error.cause });
  }

  return {
    text: (request, signal) => exchangeText(exchangeOf(request), MAX_ANSWER_BYTES, signal).catch(failed),
    stream: (request, signal) => openExchange(exchangeOf(request), signal).catch(failed),
    agent,
    close: () => agent.destroy(),
  };
}

export function jsonBody(value: unknown): HttpBody {
  const bytes = Buffer.from(JSON.stringify(value));
  return { contentType: "application/json; charset=utf-8", length: bytes.length, chunks: () => bytes };
}
