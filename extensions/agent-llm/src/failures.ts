import type { LoongError } from "@loong/sdk";
import { llmErrors } from "./errors.ts";
import type { Provider } from "./provider.ts";
import { redactDetail } from "./redact.ts";

/** A response that is no answer. */
export interface FailedResponse {
  readonly status: number;
  readonly url: string;
  /** Parsed JSON, or the text itself. */
  readonly body: unknown;
  readonly retryAfterMs?: number;
  /** The model that was asked; absent when models were listed. */
  readonly model?: string;
}

/** What the many shapes of error bodies have in common. */
interface ErrorFacts {
  readonly code: string;
  readonly message: string;
}

// Codes of Ark: https://www.volcengine.com/docs/82379/1299023 (read 2026-11-21). The others are OpenAI's, which most
// providers repeat.
const MODEL_CODES =
  /InvalidEndpointOrModel|InvalidEndpoint\.NotFound|ModelNotOpen|ServiceNotOpen|UnsupportedModel|model_?not_?(found|supported)/i;
const MODEL_WORDS =
  /\bmodels?\b.{0,120}\b(not (found|exist|supported|available|activated)|does(n't| not) exist|no access|decommissioned|deprecated)|not a chat model|unknown model|invalid model/is;
const BILLING =
  /insufficient[_ ](quota|balance|credits?)|AccountOverdue|ServiceOverdue|overdue balance|exceeded_current_quota/i;
const CONTEXT = /context[_ ](length|window)|maximum context|prompt is too long|too many (input )?tokens|input length/i;
const AUTH = /auth|api[_ -]?key|permission/i;
const RATE = /rate[_ ]?limit|too many requests|throttl/i;
const OVERLOAD = /overload|unavailable|internal|api_error|server[_ ]error|capacity|timeout/i;

/**
 * Says what a failed response means: which code, and so whether trying again makes sense. A redirect counts as a wrong
 * address; an error inside a response with status 200 counts as the status that it means.
 */
export function classifyFailure(provider: Provider, response: FailedResponse): LoongError {
  const facts = errorFacts(response.body);
  const status = response.status === 200 ? statusOf(facts) : response.status;
  const said = `${facts.code} ${facts.message}`;
  const detail = redactDetail(facts.message || facts.code, secretsOf(provider));
  const wait = response.retryAfterMs === undefined ? {} : { retryAfterMs: response.retryAfterMs };

  if (response.model !== undefined && isModelFailure(status, facts)) {
    return llmErrors.LLM_MODEL_UNKNOWN([provider, response.model, detail]);
  }
  if (status === 402 || BILLING.test(said)) return llmErrors.LLM_BILLING([provider, detail]);
  if (status === 401 || status === 403)
    return llmErrors.LLM_AUTH([provider, status, provider.kind.keyEnv[0] ?? "the file"]);
  if (status === 429) return llmErrors.LLM_RATE_LIMITED([provider, detail], wait);
  if (status >= 500 || status === 408 || status === 409 || status === 425) {
    return llmErrors.LLM_OVERLOADED([provider, status, detail], wait);
  }
  if (status === 413 || CONTEXT.test(said)) return llmErrors.LLM_CONTEXT_TOO_LONG([provider, detail]);
  if (status === 404 || status === 405 || (status >= 300 && status < 400))
    return llmErrors.LLM_ENDPOINT_UNKNOWN([provider, status, response.url]);
  if (status === 200) return llmErrors.LLM_BAD_RESPONSE([provider, detail || "an empty body"]);
  return llmErrors.LLM_REJECTED([provider, status, detail]);
}

/** The secrets of a provider, for `redactDetail`. */
function secretsOf(provider: Provider): readonly string[] {
  return [...(provider.apiKey === undefined ? [] : [provider.apiKey]), ...Object.values(provider.headers)];
}

function isModelFailure(status: number, facts: ErrorFacts): boolean {
  if (![200, 400, 403, 404, 410, 422].includes(status)) return false;
  return MODEL_CODES.test(facts.code) || MODEL_WORDS.test(facts.message);
}

/** The status a provider means when it reports an error with HTTP 200 or inside a stream; 200 when nobody can tell. */
function statusOf({ code, message }: ErrorFacts): number {
  if (/^[45]\d\d$/.test(code)) return Number(code);
  for (const text of [code, message]) {
    if (AUTH.test(text)) return 401;
    if (RATE.test(text)) return 429;
    if (OVERLOAD.test(text)) return 503;
    if (CONTEXT.test(text)) return 400;
  }
  return 200;
}

/** Reads `{error: {code, type, message}}`, `{error: "…"}`, `{code, message}`, `{detail}`, a list of these, or plain text. */
function errorFacts(body: unknown): ErrorFacts {
  if (typeof body === "string") return { code: "", message: body.startsWith("<") ? "a page of HTML" : body };
  if (Array.isArray(body)) return errorFacts(body[0]);
  if (typeof body !== "object" || body === null) return { code: "", message: "" };
  const held = body as Record<string, unknown>;
  if (held["error"] !== undefined && held["error"] !== null) return errorFacts(held["error"]);
  const code = [held["code"], held["type"], held["status"]].find(isWord);
  const message = [held["message"], held["msg"], held["detail"]].find(isWord);
  return { code: String(code ?? ""), message: String(message ?? "") };
}

function isWord(value: unknown): value is string | number {
  return (typeof value === "string" && value !== "") || typeof value === "number";
}
