import { randomInt } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import {
  type EmulatorClock,
  type EmulatorTimer,
  type JsonRecord,
  numberAt,
  parseJson,
  stringAt,
} from "@loong/emulator-kit";
import type { Faults, FragmentPlan } from "../faults.ts";
import { randomHex } from "../ids.ts";
import type { Brand, ClientConfig } from "../options.ts";
import type { App, Apps } from "../state/apps.ts";
import type { AttemptResult, Parcel, Transport } from "./deliveries.ts";
import { CONTROL, DATA, decodeFrame, encodeFrame, headerOf, type Frame } from "./frame.ts";

/** How a connection is lost. `half-open`: it stays, but nothing gets through in either direction. */
export type DropMode = "close" | "terminate" | "half-open";

export interface ConnectionView {
  readonly id: string;
  readonly appId: string;
  readonly openedAtMs: number;
  readonly ready: boolean;
  readonly halfOpen: boolean;
  readonly pings: number;
  readonly events: number;
}

export interface LongConnection {
  /** Answers `POST /callback/ws/endpoint`. `authority` is the host and port the client used. */
  endpoint(body: unknown, authority: string): object;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  readonly transport: Transport;
  list(appId?: string): readonly ConnectionView[];
  drop(mode: DropMode, appId?: string): number;
  close(): void;
}

export interface LongConnectionPorts {
  readonly apps: Apps;
  readonly clock: EmulatorClock;
  readonly faults: Faults;
  readonly brand: Brand | undefined;
  readonly clientConfig: ClientConfig;
  readonly ackTimeoutMs: number;
  readonly fragmentBytes: number;
  /** Wanted when a client connects and something may be waiting for it. */
  readonly flush: (appId: string) => void;
}

interface Connection {
  readonly id: string;
  readonly app: App;
  readonly socket: WebSocket;
  readonly raw: Duplex;
  readonly openedAtMs: number;
  readonly awaiting: Map<string, Awaiting>;
  /** What came before the client was ready to listen. */
  readonly early: { readonly parcel: Parcel; readonly settle: (result: AttemptResult) => void }[];
  ready: boolean;
  halfOpen: boolean;
  pings: number;
  events: number;
}

interface Awaiting {
  readonly settle: (result: AttemptResult) => void;
  readonly timer: EmulatorTimer;
}

const SERVICE_ID = 33554678;
const MAX_CONNECTIONS_PER_APP = 50;
/** A client that sends no ping is taken to listen after this time. */
const READY_AFTER_MS = 50;
const TICKET_TTL_MS = 60_000;

export function createLongConnection(ports: LongConnectionPorts): LongConnection {
  const { apps, clock, faults } = ports;
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const tickets = new Map<string, { readonly app: App; readonly deviceId: string; readonly untilMs: number }>();
  const connections = new Map<string, Connection[]>();
  const ofApp = (appId: string): readonly Connection[] => connections.get(appId) ?? [];
  const all = (): Connection[] => [...connections.values()].flat();
  let frames = 0n;

  function endpoint(body: unknown, authority: string): object {
    const app = apps.find(stringAt(body, "AppID") ?? "");
    if (app === undefined || app.secret !== stringAt(body, "AppSecret")) {
      return { code: 1000040345, msg: "app_id or app_secret is invalid", data: {} };
    }
    if (ports.brand !== undefined && app.brand !== ports.brand) {
      return { code: 1000040351, msg: "incorrect domain name", data: {} };
    }
    if (ofApp(app.appId).length >= MAX_CONNECTIONS_PER_APP) {
      return { code: 1000040350, msg: "the number of connections exceeded the limit", data: {} };
    }
    return { code: 0, msg: "ok", data: { URL: admit(app, authority), ClientConfig: ports.clientConfig } };
  }

  /** Writes a ticket. `service_id` must not come first: clients look for it behind an ampersand. */
  function admit(app: App, authority: string): string {
    const ticket = randomHex();
    const deviceId = String(randomInt(2 ** 40, 2 ** 47));
    tickets.set(ticket, { app, deviceId, untilMs: clock.now() + TICKET_TTL_MS });
    const query = {
      fpid: "493",
      aid: "552564",
      device_id: deviceId,
      access_key: randomHex(),
      service_id: String(SERVICE_ID),
      ticket,
    };
    return `ws://${authority}/ws/v2?${new URLSearchParams(query).toString()}`;
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticketId = new URL(request.url ?? "", "ws://emulator").searchParams.get("ticket") ?? "";
    const ticket = tickets.get(ticketId);
    tickets.delete(ticketId);
    if (ticket === undefined || ticket.untilMs < clock.now()) {
      refuse(socket, 514, "ticket is invalid");
      return;
    }
    const action = faults.upgrade(ticket.app.appId);
    if (typeof action === "object") {
      const { status, autherrcode, message } = action.refuse;
      refuse(socket, status ?? 403, message ?? "refused", autherrcode);
      return;
    }
    server.handleUpgrade(request, socket, head, (ws) => open(ws, socket, ticket, action === "same-tick"));
  }

  function open(socket: WebSocket, raw: Duplex, ticket: { app: App; deviceId: string }, readyAtOnce: boolean): void {
    const { app, deviceId: id } = ticket;
    const fresh = { awaiting: new Map(), early: [], ready: readyAtOnce, halfOpen: false, pings: 0, events: 0 };
    const connection: Connection = { id, app, socket, raw, openedAtMs: clock.now(), ...fresh };
    connections.set(app.appId, [...ofApp(app.appId), connection]);
    const readyTimer = setTimeout(() => becomeReady(connection), READY_AFTER_MS).unref();
    socket.on("message", (data: Buffer) => take(connection, data));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearTimeout(readyTimer);
      connections.set(
        app.appId,
        ofApp(app.appId).filter((one) => one !== connection),
      );
      for (const { settle } of connection.early) settle({ outcome: "no-connection" });
    });
    if (readyAtOnce) ports.flush(app.appId);
  }

  function take(connection: Connection, data: Buffer): void {
    if (connection.halfOpen) return;
    const frame = decodeFrame(data);
    if (frame === undefined) return;
    if (frame.method === CONTROL && headerOf(frame, "type") === "ping") takePing(connection, frame);
    if (frame.method === DATA) takeAck(connection, frame);
  }

  function takePing(connection: Connection, ping: Frame): void {
    connection.pings += 1;
    const action = faults.ping(connection.app.appId);
    if (action !== "swallow") {
      const pong = action === undefined ? ports.clientConfig : action.pong;
      const payload = Buffer.from(pong === "" ? "" : JSON.stringify(pong));
      connection.socket.send(encodeFrame({ ...ping, headers: [["type", "pong"]], payload }));
    }
    becomeReady(connection);
  }

  function becomeReady(connection: Connection): void {
    if (connection.ready) return;
    connection.ready = true;
    for (const { parcel, settle } of connection.early.splice(0)) send(connection, parcel, settle);
  }

  function takeAck(connection: Connection, frame: Frame): void {
    const messageId = headerOf(frame, "message_id") ?? "";
    const waiting = connection.awaiting.get(messageId);
    if (waiting === undefined) return;
    connection.awaiting.delete(messageId);
    waiting.timer.cancel();
    waiting.settle(readAck(frame.payload));
  }

  /** One client of the app gets the event, never all of them: any that listens, else one that is about to. */
  function transport(parcel: Parcel, settle: (result: AttemptResult) => void): void {
    const candidates = ofApp(parcel.app.appId).filter((one) => one.socket.readyState === one.socket.OPEN);
    const listening = candidates.filter((one) => one.ready);
    const connection = oneOf(listening.length > 0 ? listening : candidates);
    if (connection === undefined) settle({ outcome: "no-connection" });
    else if (connection.ready) send(connection, parcel, settle);
    else connection.early.push({ parcel, settle });
  }

  function send(connection: Connection, parcel: Parcel, settle: (result: AttemptResult) => void): void {
    const messageId = randomHex();
    const timer = clock.setTimer(ports.ackTimeoutMs, () => {
      connection.awaiting.delete(messageId);
      settle({ outcome: "timeout" });
    });
    connection.awaiting.set(messageId, { settle, timer });
    connection.events += 1;
    if (connection.halfOpen) return;
    if (parcel.manner === "garbage") connection.socket.send(Buffer.from("not a frame"));
    writeFrames(connection, eventFrames(connection, messageId, parcel), fragmentPlan(parcel)?.gapMs ?? 0);
  }

  function eventFrames(connection: Connection, messageId: string, parcel: Parcel): Buffer[] {
    const payload = Buffer.from(parcel.payload);
    const plan = fragmentPlan(parcel) ?? { parts: Math.max(1, Math.ceil(payload.length / ports.fragmentBytes)) };
    const size = Math.ceil(payload.length / plan.parts);
    const order = plan.order ?? Array.from({ length: plan.parts }, (_, index) => index);
    return order.map((seq) => {
      frames += 1n;
      return encodeFrame({
        seqId: BigInt(connection.events),
        logId: frames,
        service: SERVICE_ID,
        method: DATA,
        headers: [
          ["type", parcel.manner === "card-frame" ? "card" : "event"],
          ["message_id", messageId],
          ["sum", String(plan.sum ?? plan.parts)],
          ["seq", String(seq)],
          ["trace_id", parcel.eventId],
          ["timestamp", String(clock.now())],
        ],
        payload: payload.subarray(seq * size, (seq + 1) * size),
      });
    });
  }

  function drop(mode: DropMode, appId?: string): number {
    const chosen = appId === undefined ? all() : ofApp(appId);
    for (const connection of chosen) dropOne(connection, mode);
    return chosen.length;
  }

  return {
    endpoint,
    upgrade,
    transport,
    drop,
    list: (appId) => (appId === undefined ? all() : ofApp(appId)).map(view),
    close() {
      for (const connection of all()) connection.socket.terminate();
      server.close();
    },
  };
}

function refuse(socket: Duplex, handshakeStatus: number, message: string, autherrcode?: number): void {
  const httpStatus = handshakeStatus === 403 ? 403 : 401;
  const lines = [
    `HTTP/1.1 ${httpStatus} ${httpStatus === 403 ? "Forbidden" : "Unauthorized"}`,
    "Connection: close",
    "Content-Length: 0",
    `Handshake-Status: ${handshakeStatus}`,
    `Handshake-Msg: ${message}`,
    ...(autherrcode === undefined ? [] : [`Handshake-Autherrcode: ${autherrcode}`]),
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n`);
}

function dropOne(connection: Connection, mode: DropMode): void {
  if (mode === "half-open") connection.halfOpen = true;
  else if (mode === "close") connection.socket.close(1000);
  else (connection.raw as Socket).resetAndDestroy();
}

function fragmentPlan({ manner }: Parcel): FragmentPlan | undefined {
  return typeof manner === "object" ? manner.fragments : undefined;
}

function writeFrames({ socket }: Connection, frames: readonly Buffer[], gapMs: number): void {
  frames.forEach((frame, index) => {
    if (gapMs === 0) socket.send(frame);
    else setTimeout(() => socket.send(frame), index * gapMs).unref();
  });
}

/** `{"code":200,"data":"<base64 of JSON>"}`: any other code asks for the event again. */
function readAck(payload: Uint8Array | undefined): AttemptResult {
  const ack = parseJson(Buffer.from(payload ?? []).toString("utf8")) as JsonRecord | undefined;
  const status = numberAt(ack, "code") ?? 0;
  const data = stringAt(ack, "data");
  const answer = data === undefined ? {} : { data: parseJson(Buffer.from(data, "base64").toString("utf8")) };
  return { outcome: status === 200 ? "acknowledged" : "refused", status, ...answer };
}

function oneOf<T>(candidates: readonly T[]): T | undefined {
  return candidates[Math.floor(Math.random() * candidates.length)];
}

function view({ id, app, openedAtMs, ready, halfOpen, pings, events }: Connection): ConnectionView {
  return { id, appId: app.appId, openedAtMs, ready, halfOpen, pings, events };
}
