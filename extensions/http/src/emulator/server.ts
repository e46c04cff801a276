import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "@loong/emulator-kit";
import type { Board, EventAnswer, TakenEvent } from "./board.ts";
import { answerControl, type ControlledStage } from "./control.ts";
import type { CallbackFaults } from "./faults.ts";
import { isSigned, pong } from "./signing.ts";

export interface ApplicationParts {
  readonly port?: number;
  readonly host?: string;
  readonly name: string;
  readonly now: () => number;
  readonly secret: () => string;
  readonly board: Board;
  readonly faults: CallbackFaults;
  readonly stage: ControlledStage;
  /** Told of every callback that is signed right, before anything is made of it. */
  readonly heard: (event: TakenEvent) => void;
}

/** The application's HTTP side: callbacks at `/loong`, its stage under `/_emulator/`. */
export async function serveApplication(
  parts: ApplicationParts,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(
    (incoming, outgoing) => void handle(incoming, outgoing, parts).catch(() => outgoing.destroy()),
  );
  return {
    url: await listen(server, parts, (address, cause) => new Error(`cannot listen on ${address}`, { cause })),
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function handle(incoming: IncomingMessage, outgoing: ServerResponse, parts: ApplicationParts): Promise<void> {
  const body = await buffer(incoming);
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://localhost");
  if (pathname.startsWith("/_emulator/")) {
    return reply(outgoing, answerControl(parts.stage, pathname, searchParams, body.toString()));
  }
  if (pathname !== "/loong" || incoming.method !== "POST") return reply(outgoing, { status: 404 });
  const request = { headers: incoming.headers, body };
  if (!isSigned(parts.secret(), request, parts.now()))
    return reply(outgoing, { status: 401, body: { error: "signature" } });
  return callback(JSON.parse(body.toString()) as TakenEvent, outgoing, parts);
}

async function callback(event: TakenEvent, outgoing: ServerResponse, parts: ApplicationParts): Promise<void> {
  parts.heard(event);
  const fault = parts.faults.next(event.type);
  if (fault === "hang") return;
  if (fault === "reset-before") return void outgoing.socket?.resetAndDestroy();
  if (typeof fault === "object" && "status" in fault)
    return reply(outgoing, { status: fault.status }, fault.retryAfterSeconds);
  const answer = event.type === "ping" ? pongFor(event, parts) : parts.board.take(event);
  if (fault === "reset-after") return void outgoing.socket?.resetAndDestroy();
  if (fault !== undefined) await sleep(fault.slowMs);
  reply(outgoing, answer);
}

function pongFor(event: TakenEvent, { secret, name }: ApplicationParts): EventAnswer {
  return { status: 200, body: { pong: pong(secret(), String(event["challenge"])), name } };
}

function reply(outgoing: ServerResponse, { status, body }: EventAnswer, retryAfterSeconds?: number): void {
  outgoing.writeHead(status, {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) }),
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
}
