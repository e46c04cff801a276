import type { AgentEvent, TokenUsage } from "@loong/sdk";
import { llmErrors } from "./errors.ts";
import { classifyFailure } from "./failures.ts";
import { parsedBody, requestEvents } from "./http.ts";
import type { Prompt } from "./prompt.ts";
import type { Provider } from "./provider.ts";

/** No answer for a chat room is longer; a model that does not stop is stopped. */
const MAX_ANSWER_LENGTH = 200_000;
const ANTHROPIC_MAX_TOKENS = 8_192;
/** How an answer ends that is whole. Everything else, "interrupted" and "other" too, is an answer that broke off. */
const WHOLE = new Set(["stop", "length", "tool-calls"]);

/**
 * Asks one model once and yields what it says. The only file that knows the model library, which is loaded here, at the
 * first turn.
 *
 * @param onBegin - Called when the model shows its first sign of life, thoughts that are never yielded included.
 * @throws LoongError of the table: nothing was said (LLM_EMPTY_ANSWER), the stream broke off (LLM_STREAM_CUT), or what the
 * request itself gave.
 */
export async function* generate(
  provider: Provider,
  model: string,
  prompt: Prompt,
  signal: AbortSignal,
  now: () => number,
  onBegin: () => void = () => {},
): AsyncIterable<AgentEvent> {
  // The library would print its warnings to stderr, beside our log.
  Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
  const { streamText } = await import("ai");
  // One API requires a bound; the other leaves it to the provider.
  const maxTokens = provider.maxTokens ?? (provider.kind.protocol === "anthropic" ? ANTHROPIC_MAX_TOKENS : undefined);
  let failure: unknown;
  const result = streamText({
    model: await languageModel(provider, model, signal, now),
    messages: prompt.messages.map(({ role, content }) => ({ role, content })),
    ...(prompt.system === undefined ? {} : { instructions: prompt.system }),
    ...(provider.temperature === undefined ? {} : { temperature: provider.temperature }),
    ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
    maxRetries: 0,
    abortSignal: signal,
    onError: ({ error }) => {
      failure ??= error;
    },
  });
  let length = 0;
  let finish: { readonly reason: string; readonly usage: TokenUsage } | undefined;
  try {
    for await (const part of result.fullStream) {
      if (part.type === "reasoning-delta" || part.type === "text-delta") onBegin();
      if (part.type === "text-delta" && part.text !== "") {
        length += part.text.length;
        if (length > MAX_ANSWER_LENGTH) throw llmErrors.LLM_ANSWER_TOO_LONG([provider, MAX_ANSWER_LENGTH]);
        yield { type: "text", delta: part.text };
      } else if (part.type === "error") {
        throw streamFailure(provider, model, part.error);
      } else if (part.type === "finish") {
        const { inputTokens = 0, outputTokens = 0 } = part.totalUsage;
        finish = { reason: part.finishReason, usage: { inputTokens, outputTokens } };
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    throw streamFailure(provider, model, error);
  }
  signal.throwIfAborted();
  if (failure !== undefined) throw streamFailure(provider, model, failure);
  if (finish?.reason === "content-filter") throw llmErrors.LLM_REFUSED([provider]);
  if (finish === undefined || !WHOLE.has(finish.reason)) throw llmErrors.LLM_STREAM_CUT([provider]);
  if (length === 0) throw llmErrors.LLM_EMPTY_ANSWER([provider, model]);
  yield { type: "done", model, usage: finish.usage };
}

async function languageModel(provider: Provider, model: string, signal: AbortSignal, now: () => number) {
  const fetch = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const body = typeof init?.body === "string" ? { body: withTokenField(provider, init.body) } : {};
    return requestEvents(
      provider,
      {
        url: url instanceof Request ? url.url : url.toString(),
        method: "POST",
        headers: headersOf(init),
        ...body,
        model,
        signal,
      },
      now,
    );
  };
  if (provider.kind.protocol === "anthropic") {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    return createAnthropic({
      baseURL: provider.baseUrl,
      apiKey: provider.apiKey ?? "",
      headers: provider.headers,
      fetch,
    })(model);
  }
  const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
  return createOpenAICompatible({
    name: provider.id,
    baseURL: provider.baseUrl,
    headers: provider.headers,
    fetch,
    includeUsage: true,
  })(model);
}

/** The library writes `max_tokens`; some providers take the bound under another name only. */
function withTokenField({ kind: { maxTokensField } }: Provider, body: string): string {
  if (maxTokensField === "max_tokens") return body;
  const { max_tokens: bound, ...rest } = JSON.parse(body) as Record<string, unknown>;
  return bound === undefined ? body : JSON.stringify({ ...rest, [maxTokensField]: bound });
}

function headersOf(init: RequestInit | undefined): Record<string, string> {
  return Object.fromEntries(new Headers(init?.headers));
}

/**
 * What our own request threw arrives as it was; an error that the provider wrote into the stream means what it would mean
 * as a response; what the library could not read is a response that is no answer.
 */
function streamFailure(provider: Provider, model: string, error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause)
    if (at.name === "LoongError" || at.name === "AbortError") return at;
  const body = error instanceof Error ? errorWritten(error) : undefined;
  if (body !== undefined) return classifyFailure(provider, { status: 200, url: provider.baseUrl, body, model });
  if (error instanceof Error && /without a finish reason/i.test(error.message))
    return llmErrors.LLM_STREAM_CUT([provider]);
  const reason = error instanceof Error ? error.name : "an error in the stream";
  if (/terminated|socket|aborted|premature|ECONNRESET/i.test(messagesOf(error)))
    return llmErrors.LLM_STREAM_CUT([provider]);
  return llmErrors.LLM_BAD_RESPONSE([provider, reason], { cause: error });
}

/**
 * The provider's own words, if the error is one that it wrote into the stream. The library keeps those in the middle under
 * `data`, or only as code and message; those of a first event as the body of a response that there never was.
 */
function errorWritten(error: Error): unknown {
  const { name, message, data, responseBody, code, type } = error as Error & Record<string, unknown>;
  if (name === "AI_APICallError" && typeof responseBody === "string") return parsedBody(responseBody);
  return name === "AI_StreamProviderError" ? (data ?? { code: code ?? type, message }) : undefined;
}

/** The library wraps what the connection said. */
function messagesOf(error: unknown): string {
  return error instanceof Error ? `${error.message} ${messagesOf(error.cause)}` : "";
}
