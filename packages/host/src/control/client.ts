import { type IncomingMessage, request as httpRequest } from "node:http";
import { createInterface } from "node:readline";
import type { AgentEvent } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import { MAX_BODY_BYTES } from "./body.ts";
import type { ControlClient } from "./calls.ts";
import { errorOf } from "./failure.ts";
import { writeQuery } from "./query.ts";
import { type CallName, routes } from "@loong/api/routes";
import { controlSocketPath, type SocketPaths } from "./socket-path.ts";

export interface ClientOptions {
  /** How long one call may take, in milliseconds. Default 30,000; `send` and `probe` have 90,000, `chat` has no limit. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
/** A send waits up to a minute for the platform before it answers with the state it has. */
const SLOW_TIMEOUT_MS = 90_000;

/**
 * Asks the running gateway. Opens nothing by itself: each call makes its own connection.
 *
 * Every call throws CONTROL_UNREACHABLE when no gateway listens, CONTROL_TIMEOUT and CONTROL_LOST when it did and fell
 * silent, and what the gateway itself threw; an aborted `signal` throws its reason.
 */
export function connectControl(paths: SocketPaths, options: ClientOptions = {}): ControlClient {
  const socketPath = controlSocketPath(paths);
  const ask = async <T>(call: CallName, question: Question): Promise<T> => {
    const timeoutMs = options.timeoutMs ?? (call === "send" || call === "probe" ? SLOW_TIMEOUT_MS : TIMEOUT_MS);
    return (await askOnce({ socketPath, call, timeoutMs, ...question })) as T;
  };
  return {
    status: (signal) => ask("status", { signal }),
    probe: (body, signal) => ask("probe", { body, signal }),
    send: (body, signal) => ask("send", { body, signal }),
    stop: (signal) => ask("stop", { signal }),
    restart: (signal) => ask("restart", { signal }),
    resume: (signal) => ask("resume", { signal }),
    chat: (body, signal) => converse({ socketPath, call: "chat", body, signal }),
    pairings: (signal) => ask("pairings", { signal }),
    pairingApprove: (body, signal) => ask("pairingApprove", { body, signal }),
    pairingReject: (body, signal) => ask("pairingReject", { body, signal }),
    pairingRevoke: (body, signal) => ask("pairingRevoke", { body, signal }),
    pluginsReload: (body, signal) => ask("pluginsReload", { body, signal }),
    messages: (query, signal) => ask("messages", { query: writeQuery(query), signal }),
    messageRetry: (body, signal) => ask("messageRetry", { body, signal }),
    messageDrop: (body, signal) => ask("messageDrop", { body, signal }),
  };
}

interface Question {
  readonly body?: unknown;
  readonly query?: string;
  readonly signal?: AbortSignal | undefined;
}

interface Call extends Question {
  readonly socketPath: string;
  readonly call: CallName;
  /** Absent: no limit. */
  readonly timeoutMs?: number;
}

async function askOnce(call: Call): Promise<unknown> {
  const line = lifeline(call);
  try {
    const response = await open(call, line);
    const body = parse(await readAll(response));
    if (response.statusCode === 200) return body;
    throw errorOf(body) ?? new Error(`HTTP status ${response.statusCode}`);
  } catch (error) {
    throw explain(call, line, error);
  }
}

async function* converse(call: Call): AsyncGenerator<AgentEvent> {
  const line = lifeline(call);
  let response: IncomingMessage | undefined;
  try {
    response = await open(call, line);
    if (response.statusCode !== 200)
      throw errorOf(parse(await readAll(response))) ?? new Error(`HTTP status ${response.statusCode}`);
    for await (const text of createInterface({ input: response })) yield eventOf(text);
    if (!response.complete) throw new Error("the connection was cut");
  } catch (error) {
    throw explain(call, line, error);
  } finally {
    response?.destroy();
  }
}

function eventOf(text: string): AgentEvent {
  const message = parse(text) as { event?: AgentEvent };
  if (message.event !== undefined) return message.event;
  throw errorOf(message) ?? new Error("a line that is no event");
}

interface Lifeline {
  readonly signal: AbortSignal;
  readonly timedOut: AbortSignal | undefined;
}

function lifeline({ timeoutMs, signal }: Call): Lifeline {
  const timedOut = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  return { timedOut, signal: AbortSignal.any([signal, timedOut].filter((each) => each !== undefined)) };
}

async function open({ socketPath, call, body, query }: Call, { signal }: Lifeline): Promise<IncomingMessage> {
  const { method, path } = routes[call];
  const payload = Buffer.from(method === "GET" ? "" : JSON.stringify(body ?? {}));
  if (payload.length > MAX_BODY_BYTES) throw hostErrors.CONTROL_BODY_TOO_LARGE([MAX_BODY_BYTES]);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      socketPath,
      method,
      path: query ? `${path}?${query}` : path,
      headers: method === "GET" ? {} : { "content-type": "application/json", "content-length": payload.length },
      agent: false,
      signal,
    });
    request.once("response", resolve);
    request.on("error", reject);
    request.end(payload);
  });
}

async function readAll(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  for await (const chunk of response as AsyncIterable<string>) text += chunk;
  return text;
}

function parse(text: string): unknown {
  return text === "" ? undefined : JSON.parse(text);
}

const nobodyListens = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK", "EACCES", "EPERM"]);

function explain({ socketPath, call, timeoutMs, signal }: Call, line: Lifeline, error: unknown): unknown {
  if (signal?.aborted) return signal.reason;
  if (line.timedOut?.aborted) return hostErrors.CONTROL_TIMEOUT([call, timeoutMs ?? 0], { cause: error });
  if (error instanceof Error && error.name === "LoongError") return error;
  const { code } = error as NodeJS.ErrnoException;
  if (nobodyListens.has(code ?? "")) return hostErrors.CONTROL_UNREACHABLE([socketPath], { cause: error });
  return hostErrors.CONTROL_LOST([call], { cause: error });
}
