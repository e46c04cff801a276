import http from "node:http";
import https from "node:https";
import type { LookupFunction, Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * A request that failed, and whether the other side may have taken it: what `send` has to know, and what `fetch` cannot tell.
 * Its message is a code of the system or a word of ours, `"ECONNREFUSED"`, `"timeout"`, `"aborted"`: never an address, which may
 * hold a token.
 */
export class ExchangeFailure extends Error {
  override readonly name = "ExchangeFailure";
  /** The connection stood, TLS included. Otherwise not a byte of it was seen. */
  readonly reached: boolean;

  constructor(reached: boolean, cause: unknown, { aborted }: AbortSignal) {
    super(aborted ? "aborted" : reasonOf(cause), { cause });
    this.reached = reached;
  }
}

export interface ExchangeRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly agent?: http.Agent;
  /** Resolves names, and may refuse some: `createPublicLookup`. */
  readonly lookup?: LookupFunction;
  /** Until the headers of the answer are there; for `exchangeText`, until its end. Absent: as long as `signal` lets it take. */
  readonly timeoutMs?: number;
}

/** What came back, to its end or as far as was wanted. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/**
 * Sends a request and waits for the headers of the answer. Redirects are not followed.
 *
 * @returns The caller reads or destroys its body.
 * @throws ExchangeFailure
 */
export async function openExchange(request: ExchangeRequest, signal: AbortSignal): Promise<http.IncomingMessage> {
  const { answer, deadline } = await begin(request, signal);
  clearTimeout(deadline);
  return answer;
}

/**
 * As `openExchange`, and reads at most `maxBytes` of what comes: the rest is not waited for.
 *
 * @throws ExchangeFailure, also for an answer that is cut.
 */
export async function exchangeText(
  request: ExchangeRequest,
  maxBytes: number,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { answer, deadline } = await begin(request, signal);
  try {
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await readText(answer, maxBytes) };
  } catch (cause) {
    throw new ExchangeFailure(true, cause, signal);
  } finally {
    clearTimeout(deadline);
  }
}

/** At most `maxBytes` of it. @throws when the answer is cut. */
export async function readText(answer: AsyncIterable<Buffer>, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= maxBytes) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, maxBytes);
}

interface Begun {
  readonly answer: http.IncomingMessage;
  readonly deadline: NodeJS.Timeout | undefined;
}

function begin({ url, timeoutMs, body, ...options }: ExchangeRequest, signal: AbortSignal): Promise<Begun> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new ExchangeFailure(false, signal.reason, signal));
    let reached = false;
    const secure = url.protocol === "https:";
    const outgoing = (secure ? https : http).request(url, { ...options, signal });
    let late: http.ClientRequest | http.IncomingMessage = outgoing;
    const expire = () => late.destroy(new Error("timeout"));
    const deadline = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
    outgoing.once("socket", (socket) => whenConnected(socket, secure, outgoing, () => (reached = true)));
    outgoing.on("error", (cause) => {
      clearTimeout(deadline);
      reject(new ExchangeFailure(reached, cause, signal));
    });
    outgoing.once("response", (answer) => {
      late = answer;
      resolve({ answer, deadline });
    });
    write(outgoing, body);
  });
}

/** Bytes can be taken once the socket stands: at once when it is an old one. */
function whenConnected(socket: Socket, secure: boolean, outgoing: http.ClientRequest, ready: () => void): void {
  if (socket.destroyed) return;
  if (!socket.connecting) return ready();
  const timer = setTimeout(() => outgoing.destroy(new Error("connect timeout")), CONNECT_TIMEOUT_MS);
  const settle = () => clearTimeout(timer);
  socket.once(secure ? "secureConnect" : "connect", () => {
    settle();
    ready();
  });
  socket.once("close", settle);
}

function write(outgoing: http.ClientRequest, body: ExchangeRequest["body"]): void {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) return void outgoing.end(body);
  pipeline(Readable.from(body), outgoing).catch((error: Error) => void outgoing.destroy(error));
}

/** Messages of other layers may quote the address. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "failed";
  const { code, message } = cause as NodeJS.ErrnoException;
  return code ?? (OUR_REASONS.has(message) ? message : "failed");
}

const OUR_REASONS: ReadonlySet<string> = new Set(["timeout", "connect timeout"]);
