import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { eventOf } from "./events.ts";
import type { Message } from "./platform.ts";
import type { Answer, Call } from "./server.ts";

/** How events reach the bot: over a WebSocket; what was not acknowledged comes again on the next one. */
export interface Delivery {
  deliver(message: Message): void;
  isAcknowledged(messageId: string): boolean;
  /** @returns how many there were. */
  dropConnections(): number;
  answer(call: Call): Promise<Answer | undefined>;
  attach(server: Server): void;
  close(): void;
}

export function createDelivery(token: string): Delivery {
  const sockets = new WebSocketServer({ noServer: true });
  const told: Message[] = [];
  const acknowledged = new Set<string>();

  const send = (socket: WebSocket, message: Message) =>
    socket.send(JSON.stringify({ type: "event", delivery: message.id, event: eventOf(message) }));

  function welcome(socket: WebSocket): void {
    socket.on("message", (data: Buffer) => {
      const { type, delivery } = JSON.parse(data.toString("utf8")) as { type?: string; delivery?: string };
      if (type === "ack" && delivery !== undefined) acknowledged.add(delivery);
    });
    socket.send(JSON.stringify({ type: "hello" }));
    for (const message of told) if (!acknowledged.has(message.id)) send(socket, message);
  }

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const isKnown = request.headers.authorization === `Bearer ${token}`;
    if (!isKnown) stream.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n");
    else sockets.handleUpgrade(request, stream, head, welcome);
  }

  function dropConnections(): number {
    const { size } = sockets.clients;
    for (const socket of sockets.clients) socket.terminate();
    return size;
  }

  return {
    deliver(message) {
      if (!told.includes(message)) told.push(message);
      for (const socket of sockets.clients) send(socket, message);
    },
    isAcknowledged: (messageId) => acknowledged.has(messageId),
    dropConnections,
    answer: async () => undefined,
    attach: (server) => void server.on("upgrade", upgrade),
    close: () => void dropConnections(),
  };
}
