import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { LoongError } from "@loong/sdk";
import { isLoopback } from "../config.ts";
import { telegramErrors } from "../errors.ts";

const CONNECT_TIMEOUT_MS = 5_000;
/** Shorter than the idle time of common load balancers, so that a request is not written to a socket about to close. */
const IDLE_TIMEOUT_MS = 15_000;
const MAX_SOCKETS = 64;
/** A poll is answered with at most 4 MB. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text of a known length, or bytes of an unknown one. */
  readonly body?: string | AsyncIterable<Uint8Array>;
}

interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Pooled HTTP to one host. What it throws names the host and never the address, which holds the token, and says whether bytes
 * may have been taken: a TLS handshake that broke off has sent nothing, which `fetch` cannot tell.
 */
export interface Transport {
  /** @throws TELEGRAM_UNREACHABLE (nothing was taken), TELEGRAM_NO_ANSWER (nobody knows) */
  text(request: HttpRequest, signal: AbortSignal): Promise<TextAnswer>;
  /** The caller reads or destroys the body. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<http.IncomingMessage>;
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
    maxSockets: MAX_SOCKETS,
    timeout: IDLE_TIMEOUT_MS,
    ...(proxyEnv === undefined ? {} : { proxyEnv }),
  });

  function failure(reached: boolean, signal: AbortSignal, cause: unknown): LoongError {
    const make = reached ? telegramErrors.TELEGRAM_NO_ANSWER : telegramErrors.TELEGRAM_UNREACHABLE;
    return make([baseUrl.host, signal.aborted ? "aborted" : reasonOf(cause)]);
  }

  function open({ url, method, headers, body }: HttpRequest, signal: AbortSignal): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(failure(false, signal, signal.reason));
      let reached = false;
      const outgoing = (secure ? https : http).request(url, { agent, method, signal, headers: { ...headers } });
      outgoing.once("socket", (socket) => whenConnected(socket, secure, outgoing, () => (reached = true)));
      outgoing.on("error", (error) => reject(failure(reached, signal, error)));
      outgoing.once("response", resolve);
      write(outgoing, body);
    });
  }

  return {
    async text(request, signal) {
      const answer = await open(request, signal);
      try {
        return { status: answer.statusCode ?? 0, text: await readText(answer) };
      } catch (error) {
        throw failure(true, signal, error);
      }
    },
    stream: open,
    close: () => agent.destroy(),
  };
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

function write(outgoing: http.ClientRequest, body: HttpRequest["body"]): void {
  if (body === undefined || typeof body === "string") return void outgoing.end(body);
  pipeline(Readable.from(body), outgoing).catch((error: Error) => void outgoing.destroy(error));
}

/** @throws when the answer is cut or larger than 10 MiB. */
async function readText(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error("answer too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Codes only: messages of other layers may quote the address. */
function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (typeof code === "string") return code;
  return error instanceof Error && KNOWN_REASONS.has(error.message) ? error.message : "failed";
}

const KNOWN_REASONS: ReadonlySet<string> = new Set(["connect timeout", "answer too large"]);
