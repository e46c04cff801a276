import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Crowd } from "./crowd.ts";
import type { HttpLimits } from "./limits.ts";
import { malformedRequest } from "./refusals.ts";

/** A server with every limit that Node leaves open by default. */
export function createLimitedServer(limits: HttpLimits, crowd: Crowd, listener: RequestListener): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: 1_000,
    },
    listener,
  );
  server.timeout = limits.idleSocketMs;
  server.maxRequestsPerSocket = limits.requestsPerSocket;
  crowd.watch(server);
  return server;
}

/** Answers what is no request, without a word of it. For servers that nobody else answers for. */
export function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = malformedRequest(error.code);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join("")}connection: close\r\n\r\n${body}`);
}

/** Resolves with the port that was taken. */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen({ host, port });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** How soon a connection ends whose answer is out. */
const IDLE_LOOK_MS = 20;

/** Takes no new connection, lets running requests end for `graceMs`, then ends them. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  // `close` ends the connections that are idle now, not those that become so once their answers are out.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS);
  const grace = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(grace);
}
