import http from "node:http";
import https from "node:https";
import type { LookupFunction, Socket } from "node:net";
import { isLoongError } from "@loong/sdk";
import { webhookErrors } from "../errors.ts";

const CONNECT_TIMEOUT_MS = 5_000;
/** Until the end of the answer. */
const ANSWER_TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 64 * 1024;

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Resolves and checks names. */
  readonly lookup?: LookupFunction;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** At most 64 KiB of it. */
  readonly text: string;
}

/**
 * One request over a connection of its own. Notifications are rare: a connection kept from the last one would mostly be
 * closed by the other side just then, and nobody could tell whether the message was taken. Redirects are not followed.
 *
 * Proxies are those the process was told to use (`http.setGlobalProxyFromEnv()` or `NODE_USE_ENV_PROXY`), for https only.
 *
 * @throws WEBHOOK_UNREACHABLE (nothing was taken), WEBHOOK_NO_ANSWER (nobody knows), and what `lookup` fails with.
 */
export async function exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { host } = request.url;
  if (signal.aborted) throw webhookErrors.WEBHOOK_UNREACHABLE([host, "aborted"]);
  const progress = { reached: false };
  const agent = newAgent(request.url);
  try {
    return await roundTrip(request, agent, signal, progress);
  } catch (cause) {
    if (isLoongError(cause)) throw cause;
    const make = progress.reached ? webhookErrors.WEBHOOK_NO_ANSWER : webhookErrors.WEBHOOK_UNREACHABLE;
    throw make([host, signal.aborted ? "aborted" : reasonOf(cause)], { cause });
  } finally {
    agent.destroy();
  }
}

function newAgent({ protocol }: URL): http.Agent {
  if (protocol === "http:") return new http.Agent();
  const { proxyEnv } = https.globalAgent.options;
  return new https.Agent(proxyEnv === undefined ? {} : { proxyEnv });
}

async function roundTrip(
  { url, method, headers, body, lookup }: HttpRequest,
  agent: http.Agent,
  signal: AbortSignal,
  progress: { reached: boolean },
): Promise<HttpAnswer> {
  const secure = url.protocol === "https:";
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const outgoing = (secure ? https : http).request(url, {
    agent,
    method,
    signal,
    headers: { ...headers, ...length },
    ...(lookup === undefined ? {} : { lookup }),
  });
  const deadline = setTimeout(() => outgoing.destroy(new Error("timeout")), ANSWER_TIMEOUT_MS);
  try {
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      outgoing.once("socket", (socket) => whenConnected(socket, secure, outgoing, () => (progress.reached = true)));
      outgoing.once("response", resolve);
      outgoing.on("error", reject);
      outgoing.end(body);
    });
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: await readText(answer) };
  } finally {
    clearTimeout(deadline);
    outgoing.destroy();
  }
}

/** Bytes can be taken once the socket stands. */
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

/** What comes after the first 64 KiB says nothing more about the message. */
async function readText(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString("utf8", 0, MAX_ANSWER_BYTES);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed";
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
