import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { EmulatorClock, JsonRecord } from "@loong/emulator-kit";
import type { Faults } from "../faults.ts";
import { randomHex } from "../ids.ts";
import type { Bot } from "../state/bots.ts";
import type { FrameLog } from "./frame-log.ts";

/**
 * `close` says goodbye, `reset` breaks the TCP connection; `half-open`: it stays, but nothing gets through in either
 * direction and the client's writes fill up.
 */
export type DropMode = "close" | "reset" | "half-open";

/** `zombie`: a newer subscription took its place; pings are answered, commands are not. */
export type ConnectionState = "open" | "subscribed" | "zombie";

export interface ConnectionView {
  readonly id: string;
  readonly botId?: string;
  readonly state: ConnectionState;
  readonly halfOpen: boolean;
  readonly openedAtMs: number;
  readonly pings: number;
}

export interface Connection {
  readonly id: string;
  readonly socket: WebSocket;
  readonly raw: Duplex;
  readonly openedAtMs: number;
  bot: Bot | undefined;
  state: ConnectionState;
  halfOpen: boolean;
  pings: number;
}

/** How a frame is written: as the platform does, or in a way that clients must survive. */
export type FrameForm = "json" | "malformed" | "binary" | "control-chars";

export interface Connections {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  write(connection: Connection, frame: JsonRecord, form?: FrameForm): void;
  /** Writes anything at all. */
  writeRaw(connection: Connection, data: string | Uint8Array): void;
  /** Ends it; 1006 without a close frame. */
  end(connection: Connection, closeCode: number): void;
  all(): readonly Connection[];
  view(botId?: string): readonly ConnectionView[];
  /** @returns how many there were. */
  drop(mode: DropMode, closeCode: number, botId?: string): number;
  close(): void;
}

export interface ConnectionPorts {
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly log: FrameLog;
  readonly receive: (connection: Connection, data: Buffer, isBinary: boolean) => void;
}

/** The sockets of clients: opened, written to, broken. What frames mean is decided elsewhere. */
export function createConnections({ clock, faults, log, receive }: ConnectionPorts): Connections {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const hanging = new Set<Duplex>();
  let connections: Connection[] = [];

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const action = faults.upgrade();
    if (action === undefined) {
      server.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, socket));
    } else if (action === "reset") (socket as Socket).resetAndDestroy();
    else if (action === "hang") hanging.add(socket.on("error", () => socket.destroy()));
    else socket.end(`HTTP/1.1 ${action.status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }

  function open(socket: WebSocket, raw: Duplex): void {
    const fresh = { bot: undefined, state: "open", halfOpen: false, pings: 0 } as const;
    const connection: Connection = { id: randomHex().slice(0, 12), socket, raw, openedAtMs: clock.now(), ...fresh };
    connections.push(connection);
    socket.on("message", (data: Buffer, isBinary) => {
      if (!connection.halfOpen) receive(connection, data, isBinary);
    });
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      connections = connections.filter((one) => one !== connection);
    });
  }

  function writeRaw(connection: Connection, data: string | Uint8Array): void {
    const { id: connectionId, bot, socket, halfOpen } = connection;
    if (halfOpen || socket.readyState !== socket.OPEN) return;
    const frame = typeof data === "string" ? data : { base64: Buffer.from(data).toString("base64") };
    log.add({ atMs: clock.now(), connectionId, ...botIdOf(bot), direction: "out", frame });
    socket.send(data);
  }

  function write(connection: Connection, frame: JsonRecord, form: FrameForm = "json"): void {
    const { id: connectionId, bot, socket, halfOpen } = connection;
    if (halfOpen || socket.readyState !== socket.OPEN) return;
    log.add({ atMs: clock.now(), connectionId, ...botIdOf(bot), direction: "out", frame });
    socket.send(written(frame, form));
  }

  /** Without those that either side has ended, though the goodbye may still be under way. */
  const standing = (): readonly Connection[] =>
    connections.filter(({ socket, raw }) => socket.readyState === socket.OPEN && !raw.destroyed);
  const ofBot = (botId: string | undefined): readonly Connection[] =>
    standing().filter(({ bot }) => botId === undefined || bot?.botId === botId);

  return {
    upgrade,
    write,
    writeRaw,
    end,
    all: standing,
    view: (botId) => ofBot(botId).map(view),
    drop(mode, closeCode, botId) {
      const chosen = ofBot(botId);
      for (const connection of chosen) {
        if (mode === "half-open") stall(connection);
        else end(connection, mode === "reset" ? 1006 : closeCode);
      }
      return chosen.length;
    },
    close() {
      for (const { socket } of connections) socket.terminate();
      for (const socket of hanging) socket.destroy();
      server.close();
    },
  };
}

function end({ socket, raw }: Connection, closeCode: number): void {
  if (closeCode === 1006) (raw as Socket).resetAndDestroy();
  else socket.close(closeCode);
}

function stall(connection: Connection): void {
  connection.halfOpen = true;
  connection.socket.pause();
}

function view({ id, bot, state, halfOpen, openedAtMs, pings }: Connection): ConnectionView {
  return { id, ...botIdOf(bot), state, halfOpen, openedAtMs, pings };
}

function botIdOf(bot: Bot | undefined): { readonly botId?: string } {
  return bot === undefined ? {} : { botId: bot.botId };
}

function written(frame: JsonRecord, form: FrameForm): string | Buffer {
  const text = JSON.stringify(frame);
  switch (form) {
    case "json":
      return text;
    case "binary":
      return Buffer.from(text);
    case "malformed":
      return text.slice(0, text.length / 2);
    case "control-chars":
      return `${text
        .replaceAll(String.raw`\n`, "\n")
        .replaceAll(String.raw`\t`, "\t")
        .slice(0, -1)},"bell":"\u0007"}`;
  }
}
