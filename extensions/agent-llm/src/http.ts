import { isLoongError, type LoongError } from "@loong/sdk";
import { llmErrors } from "./errors.ts";
import { classifyFailure } from "./failures.ts";
import type { Provider } from "./provider.ts";
import { retryAfterMs } from "./retry.ts";

/** More than any answer or list of models; a body beyond it is an attack or a fault. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export interface ProviderRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The model asked; absent when models are listed. */
  readonly model?: string;
  readonly signal: AbortSignal;
}

/**
 * Asks the provider once. Follows no redirect, since one would carry the key elsewhere. The body of the response is
 * bounded: reading past the limit fails with LLM_BAD_RESPONSE.
 *
 * @throws LoongError of the error table for every response but 2xx and for a connection that fails; the reason of
 * `signal` when it aborts.
 */
async function request(provider: Provider, asked: ProviderRequest, now: () => number): Promise<Response> {
  const response = await connect(provider, asked);
  const bounded = new Response(response.body?.pipeThrough(byteLimit(provider)) ?? null, {
    status: response.status,
    headers: response.headers,
  });
  if (response.ok) return bounded;
  const wait = retryAfterMs(response.headers, now());
  throw classifyFailure(provider, {
    status: response.status,
    url: asked.url,
    body: parsedBody(await bounded.text().catch(() => "")),
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(asked.model === undefined ? {} : { model: asked.model }),
  });
}

/** Like `request`, for a response that is one JSON value without an `error` in it. */
export async function requestJson(provider: Provider, asked: ProviderRequest, now: () => number): Promise<unknown> {
  const response = await request(provider, asked, now);
  const body = parsedBody(await text(provider, asked, response));
  if (typeof body === "object" && body !== null && !("error" in body && body.error)) return body;
  throw notAnAnswer(provider, asked, body);
}

/**
 * Like `request`, for a response that is a stream of server-sent events. Anything else with status 200 (an error body,
 * a login page) is classified as the error it is.
 */
export async function requestEvents(provider: Provider, asked: ProviderRequest, now: () => number): Promise<Response> {
  const response = await request(provider, asked, now);
  if (response.headers.get("content-type")?.includes("text/event-stream")) return response;
  throw notAnAnswer(provider, asked, parsedBody(await text(provider, asked, response)));
}

function notAnAnswer(provider: Provider, asked: ProviderRequest, body: unknown): LoongError {
  return classifyFailure(provider, {
    status: 200,
    url: asked.url,
    body,
    ...(asked.model === undefined ? {} : { model: asked.model }),
  });
}

async function connect(provider: Provider, asked: ProviderRequest): Promise<Response> {
  try {
    return await fetch(asked.url, {
      method: asked.method,
      headers: asked.headers,
      ...(asked.body === undefined ? {} : { body: asked.body }),
      redirect: "manual",
      signal: asked.signal,
    });
  } catch (cause) {
    throw connectionError(provider, asked, cause);
  }
}

async function text(provider: Provider, asked: ProviderRequest, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw connectionError(provider, asked, cause);
  }
}

function connectionError(provider: Provider, asked: ProviderRequest, cause: unknown): unknown {
  if (asked.signal.aborted) return asked.signal.reason;
  // The bound on the body says what it found.
  if (isLoongError(cause)) return cause;
  return llmErrors.LLM_UNREACHABLE([provider, new URL(asked.url).origin, connectionReason(cause)], { cause });
}

/** `"ECONNREFUSED"`, from the depth where `fetch` hides it. */
function connectionReason(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === "string") return code;
  }
  return "the connection failed";
}

function byteLimit(provider: Provider): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) throw llmErrors.LLM_BAD_RESPONSE([provider, `more than ${MAX_BODY_BYTES} bytes`]);
      controller.enqueue(chunk);
    },
  });
}

/** JSON, or the text itself. */
export function parsedBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
