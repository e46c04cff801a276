import type { IncomingMessage, ServerResponse } from "node:http";
import type { Settings } from "../settings.ts";
import type { PageMaker } from "../page/page.ts";
import { type Bucket, createBucket } from "../visitors/bucket.ts";
import { type Identity, sameText } from "../visitors/identity.ts";
import { readSmallBody } from "./body.ts";
import { setCookie, visitorIn } from "./cookie.ts";
import { isOwnHost } from "./host-name.ts";

export interface HttpPorts {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly page: PageMaker;
  readonly now: () => number;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const SESSIONS_PER_MINUTE = 120;
const WRONG_TOKENS_PER_MINUTE = 10;
const CHALLENGE = /^[0-9a-f]{32}$/;

/** Everything the listener answers over plain HTTP: the page, sessions, and the channel's own probe. */
export function createHttpHandler(
  ports: HttpPorts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const answerSession = createSessionDoor(ports);

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = URL.parse(request.url ?? "/", "http://webchat.invalid");
    switch (`${request.method} ${url?.pathname}`) {
      case "GET /":
      case "HEAD /":
        return { status: 200, ...ports.page(request.headers["accept-language"]) };
      case "POST /session":
        return answerSession(request);
      case "GET /healthz":
        return health(ports.identity, url?.searchParams.get("challenge") ?? "");
      default:
        return { status: 404, body: "Not found" };
    }
  }

  return async (request, response) => {
    const isForUs = isOwnHost(request.headers.host, ports.settings);
    const { status, headers = {}, body = "" } = isForUs ? await answer(request) : MISDIRECTED;
    response.writeHead(status, { ...GENERAL_HEADERS, "Content-Type": "text/plain; charset=utf-8", ...headers });
    response.end(request.method === "HEAD" ? "" : body);
  };
}

const MISDIRECTED: Answer = {
  status: 421,
  body: "Nothing is served under this name. Add its origin to allowedOrigins, or let the proxy pass the name on.",
};

const GENERAL_HEADERS = {
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
} as const;

/** Proves to a probe of the same account, and to nobody else, whose listener this is. */
function health(identity: Identity, challenge: string): Answer {
  return { status: 200, body: CHALLENGE.test(challenge) ? identity.proof(challenge) : "OK" };
}

/** Gives a visitor a cookie: a new one, or the same again, for the access token where there is one. */
function createSessionDoor({ settings, identity, now }: HttpPorts): (request: IncomingMessage) => Promise<Answer> {
  const made = createBucket(SESSIONS_PER_MINUTE, now());
  const wrong = createBucket(WRONG_TOKENS_PER_MINUTE, now());

  return async (request) => {
    const { origin = "" } = request.headers;
    if (!settings.allowedOrigins.has(origin)) return { status: 403, body: "This origin is not allowed" };
    const known = visitorIn(request.headers, identity);
    if (known !== undefined) return welcome(identity, known, origin);
    const token = tokenIn(await readSmallBody(request));
    const refusal =
      settings.accessToken === undefined ? undefined : refusalOf(token, settings.accessToken, wrong, now());
    if (refusal !== undefined) return refusal;
    const waitMs = made.take(now());
    return waitMs > 0 ? tooMany(waitMs) : welcome(identity, identity.create(), origin);
  };
}

function welcome(identity: Identity, visitor: string, origin: string): Answer {
  return { status: 204, headers: { "Set-Cookie": setCookie(visitor, identity, origin) } };
}

/** After too many wrong tokens none is looked at for a while, so that guessing takes forever. Sessions go on. */
function refusalOf(token: string, accessToken: string, wrong: Bucket, nowMs: number): Answer | undefined {
  const waitMs = wrong.waitMs(nowMs);
  if (waitMs > 0) return tooMany(waitMs);
  if (sameText(token, accessToken)) return undefined;
  if (token !== "") wrong.take(nowMs);
  return { status: 401, body: "An access token is needed" };
}

function tooMany(waitMs: number): Answer {
  return { status: 429, headers: { "Retry-After": String(Math.ceil(waitMs / 1_000)) }, body: "Try again later" };
}

function tokenIn(body: string): string {
  try {
    const value = JSON.parse(body) as { token?: unknown } | null;
    return typeof value?.token === "string" ? value.token : "";
  } catch {
    return "";
  }
}
