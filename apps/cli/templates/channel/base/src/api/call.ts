import type { LoongError } from "@loong/sdk";
import type { Account } from "../account.ts";
import { errors } from "../errors.ts";

const CALL_TIMEOUT_MS = 15_000;

export interface Call {
  readonly method: "GET" | "POST";
  /** Under the server's address, without a slash in front: `"api/me"`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Until the end of the answer. */
  readonly timeoutMs?: number;
}

/** One request. Gives the answer's JSON; throws a `LoongError` whose outcome tells whether anything was taken. */
export type CallApi = (call: Call, signal: AbortSignal) => Promise<unknown>;

export function createCaller({ baseUrl, token }: Account): CallApi {
  const root = baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`;
  return async ({ method, path, headers, body, timeoutMs = CALL_TIMEOUT_MS }, signal) => {
    const response = await exchange(
      new Request(new URL(path, root), {
        method,
        redirect: "manual",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    if (response.status < 200 || response.status > 299) throw refusal(response, path);
    return parsed(response.text);
  };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function exchange(request: Request): Promise<Answer> {
  if (request.signal.aborted) throw errors.ACME_UNREACHABLE(["it was stopped before"]);
  try {
    const response = await fetch(request);
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    const code = codeOf(cause);
    const failure = NEVER_CONNECTED.has(code) ? errors.ACME_UNREACHABLE : errors.ACME_NO_ANSWER;
    throw failure([request.signal.aborted ? "it took too long, or was stopped" : code], { cause });
  }
}

/** Failures before a byte of the request has left: the message is certainly not there. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** `fetch` puts what went wrong into the cause of its error. */
function codeOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === "string" ? cause.code : "the connection broke";
}

function refusal({ status, headers, text }: Answer, path: string): LoongError {
  if (status === 401 || status === 403) return errors.ACME_CREDENTIALS([]);
  if (status === 404) return errors.ACME_NOT_FOUND([path]);
  if (status === 429) return errors.ACME_RATE_LIMITED([], retryAfter(headers));
  if (status >= 500) return errors.ACME_FAILED([status]);
  return errors.ACME_REFUSED([status, text.slice(0, 200)]);
}

function retryAfter(headers: Headers): { retryAfterMs?: number } {
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? { retryAfterMs: seconds * 1_000 } : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw errors.ACME_NO_ANSWER(["it is no JSON"], { cause });
  }
}
