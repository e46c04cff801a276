import type { Inbound, Logger, LoongError } from "@loong/sdk";
import { WebSocket } from "ws";
import type { Account } from "../account.ts";
import { errors } from "../errors.ts";
import { inboundEvent, isWireEvent } from "./event.ts";
import { startHeartbeat } from "./heartbeat.ts";

const HANDSHAKE_TIMEOUT_MS = 10_000;
const MAX_FRAME_BYTES = 1024 * 1024;

export interface ConnectionParts {
  readonly account: Account;
  readonly log: Logger;
}

/**
 * One connection, from the handshake until `signal` aborts, then resolves. Rejects when the connection is refused or
 * lost: the gateway connects again, with backoff.
 */
export async function serveConnection(
  { account, log }: ConnectionParts,
  inbound: Inbound,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  inbound.report({ state: "connecting" });
  const socket = connect(account);
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => resolve();
  signal.addEventListener("abort", stop, { once: true });
  socket.on("unexpected-response", (_, { statusCode = 0 }) => reject(refusal(statusCode)));
  socket.on("error", (cause) => reject(errors.ACME_CONNECTION_LOST([cause.message], { cause })));
  socket.on("close", (code) => reject(errors.ACME_CONNECTION_LOST([`closed with ${code}`])));
  // One after the other: the order in which events come is the order in which they are stored.
  let last = Promise.resolve();
  socket.on("message", (data: Buffer) => {
    last = last.then(() => takeFrame(data.toString("utf8"), { socket, inbound, log }));
  });
  const stopHeartbeat = startHeartbeat(socket);
  try {
    await ended;
  } finally {
    stopHeartbeat();
    signal.removeEventListener("abort", stop);
    socket.terminate();
  }
}

function connect({ baseUrl, token }: Account): WebSocket {
  const url = new URL("api/socket", baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
  url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  return new WebSocket(url, {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_FRAME_BYTES,
  });
}

function refusal(status: number): LoongError {
  if (status === 401 || status === 403) return errors.ACME_CREDENTIALS([]);
  return errors.ACME_CONNECTION_LOST([`refused with ${status}`]);
}

interface FrameParts {
  readonly socket: WebSocket;
  readonly inbound: Inbound;
  readonly log: Logger;
}

/** Never rejects: what goes wrong with one frame is logged, and without an acknowledgement the platform sends it again. */
async function takeFrame(text: string, { socket, inbound, log }: FrameParts): Promise<void> {
  try {
    const frame = JSON.parse(text) as { type?: unknown; delivery?: unknown; event?: unknown };
    if (frame.type === "hello") return inbound.report({ state: "connected" });
    if (frame.type !== "event") return;
    if (isWireEvent(frame.event)) await inbound.accept([inboundEvent(frame.event)]);
    else log.warn("an event that cannot be read was passed over");
    // Only now: what is acknowledged has been stored.
    socket.send(JSON.stringify({ type: "ack", delivery: frame.delivery }));
  } catch (error) {
    log.warn("an event was not taken", { reason: String(error) });
  }
}
