import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { readText } from "@loong/guards";
import type { Credentials } from "../config.ts";
import { feishuErrors } from "../errors.ts";
import { type Operation, classify, classifyForeign, isTokenRefusal } from "./classify.ts";
import { type IssuedToken, TOKEN_PATH, createTokenSource, tokenRequest } from "./token.ts";
import { type HttpBody, MAX_ANSWER_BYTES, type Transport, jsonBody } from "./transport.ts";

interface ApiRequest {
  readonly operation: Operation;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `"/open-apis/im/v1/messages"`, ids in it encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: HttpBody;
  readonly timeoutMs?: number;
}

/** An answer whose `code` is 0. Where its contents are depends on the call. */
export interface ApiAnswer {
  readonly data?: unknown;
  readonly bot?: unknown;
}

/** Signed calls of one app. A token the platform refuses is replaced and the call repeated, once. */
export interface ApiClient {
  call(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer>;
  /** Bytes instead of JSON. The caller reads or destroys the stream. */
  open(request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage>;
}

export function createApiClient(
  credentials: Credentials,
  baseUrl: URL,
  transport: Transport,
  now: () => number,
): ApiClient {
  const { appId } = credentials;
  const tokens = createTokenSource(issueToken, now);

  async function issueToken(): Promise<IssuedToken> {
    const request: ApiRequest = {
      operation: "token",
      method: "POST",
      path: TOKEN_PATH,
      json: tokenRequest(credentials),
    };
    const answer = await transport.text(httpRequest(request), new AbortController().signal);
    const reply = parseReply(answer.text);
    if (reply === undefined) throw classifyForeign(baseUrl.host, answer.status, answer.headers);
    const { tenant_access_token: token, expire } = reply;
    if (reply.code !== 0 || typeof token !== "string" || typeof expire !== "number")
      throw refused("token", answer, reply);
    return { token, lifetimeMs: expire * 1_000 };
  }

  function httpRequest(request: ApiRequest, token?: string) {
    const url = new URL(`${baseUrl.href.replace(/\/$/, "")}${request.path}`);
    for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.set(name, value);
    const body = request.body ?? (request.json === undefined ? undefined : jsonBody(request.json));
    return {
      method: request.method,
      url,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body }),
      ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
    };
  }

  function refused(operation: Operation, answer: { status: number; headers: IncomingHttpHeaders }, reply: Reply) {
    const { status, headers } = answer;
    const { code, msg } = reply;
    return classify({ operation, status, headers, code, msg, scopes: scopesOf(reply), appId, baseUrl });
  }

  function cutOff(cause: unknown): never {
    throw feishuErrors.FEISHU_NO_ANSWER([baseUrl.host, "answer cut"], { cause });
  }

  /** Runs `attempt` with a token; once more with a new one when the platform refuses the first. */
  async function withToken<T>(signal: AbortSignal, attempt: (token: string) => Promise<T>): Promise<T> {
    const token = await tokens.get(signal);
    try {
      return await attempt(token);
    } catch (error) {
      if (!isTokenRefusal(error)) throw error;
      tokens.evict(token);
      return attempt(await tokens.get(signal));
    }
  }

  return {
    call: (request, signal) =>
      withToken(signal, async (token) => {
        const answer = await transport.text(httpRequest(request, token), signal);
        const reply = parseReply(answer.text);
        if (reply === undefined) throw classifyForeign(baseUrl.host, answer.status, answer.headers);
        if (reply.code === 0 && answer.status < 400) return reply;
        throw refused(request.operation, answer, reply);
      }),
    open: (request, signal) =>
      withToken(signal, async (token) => {
        const answer = await transport.stream(httpRequest(request, token), signal);
        const { statusCode: status = 0, headers } = answer;
        if (status === 200 && isFile(headers)) return answer;
        // The reason is in the body of the stream and must be read to be known.
        const reply = parseReply(await readText(answer, MAX_ANSWER_BYTES).catch(cutOff));
        if (reply === undefined) throw classifyForeign(baseUrl.host, status, headers);
        throw refused(request.operation, { status, headers }, reply);
      }),
  };
}

/** A JSON file that somebody sent has a name; the platform's own JSON has none. */
function isFile(headers: IncomingHttpHeaders): boolean {
  return headers["content-disposition"] !== undefined || !String(headers["content-type"]).includes("json");
}

interface Reply extends ApiAnswer {
  readonly code: number;
  readonly msg: string;
  readonly error?: unknown;
  readonly tenant_access_token?: unknown;
  readonly expire?: unknown;
}

/** `undefined` for everything that is not `{ code: number, … }`. */
function parseReply(text: string): Reply | undefined {
  try {
    const value = JSON.parse(text) as { code?: unknown; msg?: unknown } | null;
    if (typeof value !== "object" || value === null || typeof value.code !== "number") return undefined;
    return { ...value, code: value.code, msg: typeof value.msg === "string" ? value.msg : "" };
  } catch {
    return undefined;
  }
}

function scopesOf({ error }: Reply): readonly string[] {
  const violations = (error as { permission_violations?: unknown } | undefined)?.permission_violations;
  if (!Array.isArray(violations)) return [];
  return violations
    .map((violation: { subject?: unknown; scope?: unknown } | null) => violation?.subject ?? violation?.scope)
    .filter((scope) => typeof scope === "string" && /^[\w:.-]{1,100}$/.test(scope)) as string[];
}
