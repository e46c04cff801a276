import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; `undefined` when there is none. */
  readonly body: unknown;
  /** Aborts when the caller has gone. */
  readonly gone: AbortSignal;
}

/** `"lost"`: the connection breaks instead of an answer. */
export type Answer =
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | "lost";

export type AnswerCall = (call: Call) => Answer | Promise<Answer>;

export interface RunningServer {
  readonly url: string;
  readonly server: Server;
  close(): Promise<void>;
}

export interface ListenOptions {
  /** A free one when 0 or absent. */
  readonly port?: number;
  readonly host?: string;
}

export async function startServer(
  { port = 0, host = "127.0.0.1" }: ListenOptions,
  answer: AnswerCall,
): Promise<RunningServer> {
  const server = createServer((request, response) => void respond(request, response, answer));
  // A pretend platform keeps no process alive: what a channel has left open is the channel's.
  server.on("connection", (socket) => socket.unref());
  server.listen(port, host);
  await once(server, "listening");
  return { url: `http://${host}:${(server.address() as AddressInfo).port}`, server, close: () => closed(server) };
}

async function respond(request: IncomingMessage, response: ServerResponse, answer: AnswerCall): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const given = await answer(await callOf(request, gone.signal));
  if (given === "lost") return void request.socket.destroy();
  response.writeHead(given.status, { "content-type": "application/json", ...given.headers });
  response.end(JSON.stringify(given.body ?? {}));
}

async function callOf(request: IncomingMessage, gone: AbortSignal): Promise<Call> {
  const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://emulator");
  const { method = "GET", headers } = request;
  return { method, path, query, headers, body: jsonOf(await text(request)), gone };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
