import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { JsonRecord } from "@loong/emulator-kit";
import type { FaultAction } from "../faults.ts";
import type { StoredFile } from "../state/files.ts";
import type { Refusal } from "./refusal.ts";

/** What a call gives back, before it becomes bytes. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly description?: string;
}

const JSON_TYPE = "application/json";

export function resultAnswer(result: unknown): Answer {
  return { status: 200, contentType: JSON_TYPE, body: JSON.stringify({ ok: true, result }) };
}

export function refusalAnswer({ code, message, parameters }: Pick<Refusal, "code" | "message" | "parameters">): Answer {
  return errorAnswer(code, message, parameters);
}

export function fileAnswer({ bytes }: StoredFile): Answer {
  return { status: 200, contentType: "application/octet-stream", body: bytes };
}

function errorAnswer(status: number, description: string, parameters?: JsonRecord): Answer {
  const retryAfter = parameters?.["retry_after"];
  return {
    status,
    contentType: JSON_TYPE,
    body: JSON.stringify({
      ok: false,
      error_code: status,
      description,
      ...(parameters === undefined ? {} : { parameters }),
    }),
    ...(typeof retryAfter === "number" ? { headers: { "retry-after": `${retryAfter}` } } : {}),
    description,
  };
}

const CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running";
const GATEWAY_PAGE =
  "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>502 Bad Gateway</body>\r\n</html>\r\n";
const WORDS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden: bot was blocked by the user",
  404: "Not Found",
  409: CONFLICT,
  413: "Request Entity Too Large",
  500: "Internal Server Error",
  502: "Bad Gateway",
  504: "Gateway Timeout",
};

/** What a fault says instead of the truth; undefined when it says nothing. */
export function faultAnswer(action: FaultAction, truth: Answer | undefined): Answer | undefined {
  if (action === "conflict") return errorAnswer(409, CONFLICT);
  if (action === "html") return { status: 502, contentType: "text/html", body: GATEWAY_PAGE };
  if (action === "truncated") return truth === undefined ? undefined : half(truth);
  if (typeof action === "string") return undefined;
  if ("slowMs" in action) return truth;
  if ("retryAfterSeconds" in action)
    return errorAnswer(429, `Too Many Requests: retry after ${action.retryAfterSeconds}`, {
      retry_after: action.retryAfterSeconds,
    });
  const { status, body, description = WORDS[status] ?? "Bad Request", parameters, headers = {} } = action;
  if (body === undefined) return { ...errorAnswer(status, description, parameters), headers };
  const isText = typeof body === "string";
  return {
    status,
    contentType: isText ? "text/plain" : JSON_TYPE,
    body: isText ? body : JSON.stringify(body),
    headers,
  };
}

function half(answer: Answer): Answer {
  const whole = Buffer.from(answer.body);
  return { ...answer, body: whole.subarray(0, Math.floor(whole.length / 2)) };
}

/** Does the call do its work although the reply goes wrong? */
export function hasEffect(action: FaultAction): boolean {
  if (typeof action === "object") return "slowMs" in action || ("after" in action && action.after);
  return action === "reset-after" || action === "hang-after" || action === "truncated";
}

/** Sockets that look alive and carry nothing any more. */
export type MuteSockets = WeakSet<Socket>;

export function write(response: ServerResponse, answer: Answer, mute: MuteSockets): void {
  if (response.socket !== null && mute.has(response.socket)) return;
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  response.writeHead(answer.status, {
    "content-type": answer.contentType,
    "content-length": body.length,
    ...answer.headers,
  });
  response.end(body);
}
