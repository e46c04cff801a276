import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { Duplex } from "node:stream";
import { webchatErrors } from "../errors.ts";
import type { Settings } from "../settings.ts";

export interface ListenerHandlers {
  request(request: IncomingMessage, response: ServerResponse): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Called every half minute. */
  sweep(): void;
  /** Called before the listener goes. */
  closing(): void;
}

export interface Listener {
  close(): Promise<void>;
}

const SWEEP_MS = 30_000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 15_000;
const MAX_CONNECTIONS_BESIDE = 200;

/** @throws WEBCHAT_PORT_TAKEN, WEBCHAT_BIND_REFUSED */
export async function startListener(settings: Settings, maxVisitors: number, on: ListenerHandlers): Promise<Listener> {
  const server = createServer({ headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, maxHeaderSize: 16_384 });
  server.maxConnections = 2 * maxVisitors + MAX_CONNECTIONS_BESIDE;
  server.on("upgrade", on.upgrade);
  server.on("request", (request, response) => {
    on.request(request, response).catch(() => response.destroy());
  });
  await listen(server, settings);
  const sweeping = setInterval(on.sweep, SWEEP_MS);
  return {
    async close() {
      clearInterval(sweeping);
      on.closing();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Tries whether the address can be had, and gives it back. @throws like `startListener` */
export async function tryBind(settings: Settings): Promise<void> {
  const server = createServer((_request, response) => response.destroy());
  await listen(server, settings);
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

function listen(server: ReturnType<typeof createServer>, { bind, host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => reject(bindError(bind, cause)));
    server.listen({ host, port }, resolve);
  });
}

function bindError(bind: string, cause: NodeJS.ErrnoException): Error {
  if (cause.code === "EADDRINUSE") return webchatErrors.WEBCHAT_PORT_TAKEN([bind], { cause });
  return webchatErrors.WEBCHAT_BIND_REFUSED([bind, cause.code ?? "unknown"], { cause });
}
