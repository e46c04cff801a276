import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dirname } from "node:path";
import { isLoongError, type Logger } from "@loong/sdk";
import { hostErrors } from "../errors.ts";
import type { Ownership } from "../owner/own.ts";
import { ensurePrivateDirectory } from "../private-directory.ts";
import { readJson } from "./body.ts";
import type { ControlHandlers } from "./calls.ts";
import { failureOf } from "./failure.ts";
import { readQuery } from "./query.ts";
import type { CheckRequest } from "./requests.ts";
import { type CallName, routes } from "@loong/api/routes";
import { controlSocketPath, type SocketPaths } from "./socket-path.ts";

export interface ServeOptions {
  readonly paths: SocketPaths;
  /** Proof that no other gateway uses this socket: one that is left over may be removed. */
  readonly ownership: Ownership;
  readonly handlers: ControlHandlers;
  readonly log: Logger;
}

export interface ControlServer {
  readonly socketPath: string;
  /** Takes no more calls, gives running ones a second to answer, then ends them. A second call does nothing. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 1_000;

/**
 * Answers the commands of this user: the socket has mode 0600 in a folder of mode 0700, and that is the authentication.
 *
 * @throws HOST_DIRECTORY_UNSAFE, CONTROL_SOCKET_UNUSABLE
 */
export async function serveControl(options: ServeOptions): Promise<ControlServer> {
  const { compileRequestChecks } = await import("./requests.ts");
  const socketPath = controlSocketPath(options.paths);
  const closing = new AbortController();
  const check = compileRequestChecks();
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    void answer({ request, response, check, closing: closing.signal, ...options });
  });
  await listen(server, socketPath);
  return { socketPath, close: () => close(server, closing) };
}

async function listen(server: Server, socketPath: string): Promise<void> {
  ensurePrivateDirectory(dirname(socketPath));
  rmSync(socketPath, { force: true });
  try {
    server.listen(socketPath);
    await once(server, "listening");
    chmodSync(socketPath, 0o600);
  } catch (cause) {
    server.close();
    throw hostErrors.CONTROL_SOCKET_UNUSABLE([socketPath, (cause as Error).message], { cause });
  }
}

async function close(server: Server, closing: AbortController): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  closing.abort();
  const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed;
  clearTimeout(grace);
}

interface Exchange extends Pick<ServeOptions, "handlers" | "log"> {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly check: CheckRequest;
  readonly closing: AbortSignal;
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response, log } = exchange;
  const method = request.method ?? "";
  const url = URL.parse(request.url ?? "", "http://control");
  const call = callOf(method, url?.pathname ?? "");
  try {
    if (url === null || call === undefined) throw hostErrors.CONTROL_ROUTE_UNKNOWN([method, url?.pathname ?? "?"]);
    const input = method === "GET" ? readQuery(url.searchParams) : await readJson(call, request);
    exchange.check(call, input);
    await reply(exchange, call, input);
  } catch (error) {
    if (!isLoongError(error)) log.error(`control call ${call ?? "?"} failed`, { error: String(error) });
    fail(response, call, error);
  }
}

function callOf(method: string, path: string): CallName | undefined {
  const entries = Object.entries(routes) as [CallName, { method: string; path: string }][];
  return entries.find(([, route]) => route.method === method && route.path === path)?.[0];
}

/** The input has passed the schema of its call. */
async function reply({ response, handlers, closing }: Exchange, call: CallName, input: unknown): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([closing, gone.signal]);
  if (call === "chat") return stream(response, handlers.chat(input as Parameters<ControlHandlers["chat"]>[0], signal));
  const handle = handlers[call] as (...args: unknown[]) => Promise<unknown>;
  const value = await (takesNothing(call) ? handle.call(handlers, signal) : handle.call(handlers, input, signal));
  sendJson(response, 200, value);
}

const TAKE_NOTHING: ReadonlySet<CallName> = new Set(["status", "stop", "restart", "resume", "pairings"]);

function takesNothing(call: CallName): boolean {
  return TAKE_NOTHING.has(call);
}

/** One event a line. The head waits for the first event, so a chat that fails at once has a proper status. */
async function stream(response: ServerResponse, events: AsyncIterable<unknown>): Promise<void> {
  for await (const event of events) {
    if (!response.headersSent) response.writeHead(200, { "content-type": "application/x-ndjson" });
    if (!response.write(`${JSON.stringify({ event })}\n`))
      await Promise.race([once(response, "drain"), once(response, "close")]);
    if (response.destroyed) return;
  }
  response.end();
}

function fail(response: ServerResponse, call: CallName | undefined, error: unknown): void {
  const failure = failureOf(call, error);
  if (response.headersSent) response.end(`${JSON.stringify(failure.body)}\n`);
  else sendJson(response, failure.status, failure.body);
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify(value));
}
