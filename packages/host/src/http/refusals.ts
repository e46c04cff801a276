/** Why a request was not handed to its channel: the reason in the counters, and what the caller is told. */
export interface Refusal {
  readonly reason: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const jsonHeaders = { "content-type": "application/json; charset=utf-8", "x-content-type-options": "nosniff" };

/** One object for each refusal, made once: nothing of the request is ever in it. */
export const refusals = {
  notFound: refusal("not-found", 404, "HTTP_NOT_FOUND", "There is nothing here."),
  method: refusal("method", 405, "HTTP_METHOD", "Only GET and POST are answered here.", { allow: "GET, HEAD, POST" }),
  unread: refusal("unread", 503, "HTTP_BUSY", "Too many requests are coming in at once.", { "retry-after": "5" }),
  forged: refusal("rate", 429, "HTTP_RATE", "Too many requests were not genuine.", { "retry-after": "60" }),
  unproven: refusal("requests", 429, "HTTP_REQUESTS", "Too many requests were not shown to be genuine.", {
    "retry-after": "60",
  }),
  notServed: refusal("not-served", 503, "HTTP_NOT_SERVED", "Nobody takes this now. Deliver it again.", {
    "retry-after": "5",
  }),
  encoding: refusal("encoding", 415, "HTTP_ENCODING", "The body must not be compressed."),
  contentType: refusal("content-type", 415, "HTTP_CONTENT_TYPE", "The body must be application/json."),
  size: refusal("size", 413, "HTTP_SIZE", "The body is too large."),
  deadline: refusal("deadline", 408, "HTTP_DEADLINE", "The body did not arrive in time."),
  failed: refusal("failed", 503, "HTTP_NOT_TAKEN", "The event was not taken. Deliver it again.", {
    "retry-after": "5",
  }),
} as const;

/** What Node's parser refuses before there is a request, by its error code. */
export function malformedRequest(code: string | undefined): Refusal {
  if (code === "HPE_HEADER_OVERFLOW") return malformed.headers;
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? refusals.deadline : malformed.other;
}

const malformed = {
  headers: refusal("headers", 431, "HTTP_HEADERS", "The headers are too large."),
  other: refusal("malformed", 400, "HTTP_MALFORMED", "This is not an HTTP request."),
};

function refusal(
  reason: string,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  const body = JSON.stringify({ error: { code, message } });
  return { reason, status, headers: { ...jsonHeaders, ...headers, "content-length": String(body.length) }, body };
}
