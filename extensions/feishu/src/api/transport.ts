import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { LoongError } from "@loong/sdk";
import { isLoopback } from "../config.ts";
import { feishuErrors } from "../errors.ts";

const CONNECT_TIMEOUT_MS = 5_000;
const RESPONSE_TIMEOUT_MS = 20_000;
/** Shorter than the idle time of common load balancers, so that a request is not written to a socket about to close. */
const IDLE_TIMEOUT_MS = 15_000;
/**
 * A connection that is silent for so long is tried by the system, up to ten times, a second apart; also the long one, whose own
 * pings are minutes apart (https://nodejs.org/api/net.html#socketsetkeepaliveenable-initialdelay, read 2026-11-21).
 */
const KEEP_ALIVE_MS = 15_000;
const MAX_SOCKETS = 64;
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpBody;
  /** Until the headers of the answer are there; for `text`, until its end. */
  readonly timeoutMs?: number;
}

/** Bytes of a known length: the platform refuses uploads without one. `chunks` may be read again for a second attempt. */
export interface HttpBody {
  readonly contentType: string;
  readonly length: number;
  chunks(): AsyncIterable<Uint8Array> | Uint8Array;
}

interface TextAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Pooled HTTP to one host. Knows no platform: what it throws says only whether bytes may have been taken. */
export interface Transport {
  /** @throws FEISHU_UNREACHABLE (nothing was taken), FEISHU_NO_ANSWER (nobody knows) */
  text(request: HttpRequest, signal: AbortSignal): Promise<TextAnswer>;
  /** The caller reads or destroys the body. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<http.IncomingMessage>;
  /** For other clients of this host: it knows the proxy, and tries silent connections. */
  readonly agent: http.Agent;
  close(): void;
}

/**
 * Opens nothing until the first request. Proxies are those the process was told to use (`http.setGlobalProxyFromEnv()` or
 * `NODE_USE_ENV_PROXY`), and never for this machine itself.
 */
export function createTransport(baseUrl: URL): Transport {
  const secure = baseUrl.protocol === "https:";
  const proxyEnv = isLoopback(baseUrl) ? undefined : secure ? https.globalAgent.options.proxyEnv : undefined;
  const agent = new (secure ? https : http).Agent({
    keepAlive: true,
    keepAliveMsecs: KEEP_ALIVE_MS,
    maxSockets: MAX_SOCKETS,
    timeout: IDLE_TIMEOUT_MS,
    ...(proxyEnv === undefined ? {} : { proxyEnv }),
  });

  function failure({ url }: HttpRequest, reached: boolean, signal: AbortSignal, cause: unknown): LoongError {
    const make = reached ? feishuErrors.FEISHU_NO_ANSWER : feishuErrors.FEISHU_UNREACHABLE;
    return make([url.host, signal.aborted ? "aborted" : reasonOf(cause)], { cause });
  }

  function open(request: HttpRequest, signal: AbortSignal): Promise<Exchange> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(failure(request, false, signal, signal.reason));
      let reached = false;
      const outgoing = (secure ? https : http).request(request.url, {
        agent,
        method: request.method,
        signal,
        headers: { ...request.headers, ...bodyHeaders(request.body) },
      });
      const timeoutMs = request.timeoutMs ?? RESPONSE_TIMEOUT_MS;
      const deadline = setTimeout(() => outgoing.destroy(new Error("timeout")), timeoutMs);
      outgoing.once("socket", (socket) => whenConnected(socket, secure, outgoing, () => (reached = true)));
      outgoing.on("error", (error) => {
        clearTimeout(deadline);
        reject(failure(request, reached, signal, error));
      });
      outgoing.once("response", (answer) => resolve({ answer, deadline }));
      write(outgoing, request.body);
    });
  }

  return {
    async text(request, signal) {
      const { answer, deadline } = await open(request, signal);
      try {
        return { status: answer.statusCode ?? 0, headers: answer.headers, text: await readText(answer) };
      } catch (error) {
        throw failure(request, true, signal, error);
      } finally {
        clearTimeout(deadline);
      }
    },
    async stream(request, signal) {
      const { answer, deadline } = await open(request, signal);
      clearTimeout(deadline);
      return answer;
    },
    agent,
    close: () => agent.destroy(),
  };
}

interface Exchange {
  readonly answer: http.IncomingMessage;
  readonly deadline: NodeJS.Timeout;
}

/** Bytes can be taken once the socket stands: at once when it is an old one. */
function whenConnected(socket: Socket, secure: boolean, outgoing: http.ClientRequest, ready: () => void): void {
  if (!socket.connecting) return ready();
  const timer = setTimeout(() => outgoing.destroy(new Error("connect timeout")), CONNECT_TIMEOUT_MS);
  const settle = () => clearTimeout(timer);
  socket.once(secure ? "secureConnect" : "connect", () => {
    settle();
    ready();
  });
  socket.once("close", settle);
}

function bodyHeaders(body: HttpBody | undefined): Record<string, string> {
  return body === undefined ? {} : { "content-type": body.contentType, "content-length": String(body.length) };
}

function write(outgoing: http.ClientRequest, body: HttpBody | undefined): void {
  if (body === undefined) return void outgoing.end();
  const chunks = body.chunks();
  if (chunks instanceof Uint8Array) return void outgoing.end(chunks);
  pipeline(Readable.from(chunks), outgoing).catch((error: Error) => void outgoing.destroy(error));
}

/** @throws when the answer is cut or larger than 10 MiB. */
export async function readText(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error("answer too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function jsonBody(value: unknown): HttpBody {
  const bytes = Buffer.from(JSON.stringify(value));
  return { contentType: "application/json; charset=utf-8", length: bytes.length, chunks: () => bytes };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
