import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "@loong/sdk";
import { isLoongError } from "@loong/sdk";
import { type WebSocket, WebSocketServer } from "ws";
import { CLOSE, type ClientFrame, SUBPROTOCOL, type ServerFrame, parseClientFrame } from "../protocol.ts";
import type { Settings } from "../settings.ts";
import { createBucket } from "../visitors/bucket.ts";
import type { Identity } from "../visitors/identity.ts";
import type { Tab, Visitor, Visitors } from "../visitors/visitors.ts";
import { visitorIn } from "./cookie.ts";
import { isOwnHost } from "./host-name.ts";

export interface SocketPorts {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly visitors: Visitors;
  readonly receive: (visitor: Visitor, tab: Tab, frame: ClientFrame) => Promise<void>;
  readonly now: () => number;
  readonly log: Logger;
}

/** The WebSocket end of the listener. */
export interface Sockets {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Disconnects what is dead or idle. Called now and then. */
  sweep(): void;
  close(): void;
}

/** A message of 16,000 characters in JSON, each escaped, and some room. */
const MAX_FRAME_BYTES = 128 * 1_024;
/** A page that reads so slowly is as good as gone. */
const MAX_BUFFERED_BYTES = 2 * 1_024 * 1_024;
const FRAMES_PER_MINUTE = 1_200;
const FRAMES_AT_ONCE = 200;

export function createSockets(ports: SocketPorts): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const alive = new WeakSet<WebSocket>();

  function connect(socket: WebSocket, visitor: Visitor): void {
    const tab = tabOf(socket);
    const frames = createBucket(FRAMES_PER_MINUTE, ports.now(), FRAMES_AT_ONCE);
    alive.add(socket);
    socket.on("pong", () => void alive.add(socket));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => ports.visitors.leave(visitor, tab));
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary) return tab.close(CLOSE.unsupported, "text frames only");
      const frame = parseClientFrame(data.toString("utf8"));
      if (frame === undefined || frames.take(ports.now()) > 0) return tab.close(CLOSE.policy, "not understood");
      visitor.lastUseMs = ports.now();
      void ports.receive(visitor, tab, frame);
    });
    ports.visitors.arrive(visitor, tab);
  }

  return {
    upgrade(request, socket, head) {
      const refusal = refusalOf(ports, request);
      if (refusal !== undefined) return refuse(socket, refusal);
      const visitor = admit(ports, request);
      if (visitor === undefined) return refuse(socket, "503 Service Unavailable");
      server.handleUpgrade(request, socket, head, (webSocket) => connect(webSocket, visitor));
    },
    sweep() {
      ports.visitors.closeIdle();
      for (const socket of server.clients) {
        if (!alive.delete(socket)) socket.terminate();
        else socket.ping();
      }
    },
    close() {
      ports.visitors.closeAll();
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

/** Only pages of an allowed origin, with a genuine cookie. Another site's page has neither; no `Origin` is no browser. */
function refusalOf({ settings, identity }: SocketPorts, { url, headers }: IncomingMessage): string | undefined {
  if (!isOwnHost(headers.host, settings)) return "421 Misdirected Request";
  if (url !== "/socket") return "404 Not Found";
  if (!settings.allowedOrigins.has(headers.origin ?? "")) return "403 Forbidden";
  return visitorIn(headers, identity) === undefined ? "401 Unauthorized" : undefined;
}

function admit({ identity, visitors, log }: SocketPorts, { headers }: IncomingMessage): Visitor | undefined {
  try {
    return visitors.visit(visitorIn(headers, identity) ?? "");
  } catch (error) {
    if (!isLoongError(error)) throw error;
    log.warn("a visitor was turned away", { code: error.code });
    return undefined;
  }
}

function refuse(socket: Duplex, status: string): void {
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function tabOf(socket: WebSocket): Tab {
  return {
    send(frame: ServerFrame) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
      else socket.send(JSON.stringify(frame));
    },
    close: (code, reason) => socket.close(code, reason),
  };
}
