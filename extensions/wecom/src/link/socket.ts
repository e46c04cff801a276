import https from "node:https";
import { WebSocket } from "ws";
import { wecomErrors } from "../errors.ts";

/** Far above the largest documented frame; a longer one ends the connection with 1009. */
const MAX_FRAME_BYTES = 8 * 1024 * 1024;
const CLOSE_GRACE_MS = 1_000;

/** One websocket from open to closed. Nothing of it outlives `ended`. */
export interface Socket {
  /** Resolves with the reason once it is over. */
  readonly ended: Promise<string>;
  send(text: string): void;
  /** Says goodbye, and hangs up when that takes long. */
  close(): void;
  /** Hangs up at once: for a peer that is gone. */
  cut(): void;
}

/**
 * Proxies are those the process was told to use (`NODE_USE_ENV_PROXY`), and never for this machine itself.
 *
 * @param onText - Gets every text frame; binary ones are not the platform's and are dropped.
 * @throws WECOM_UNREACHABLE, WECOM_ABORTED
 */
export function openSocket(
  url: URL,
  connectMs: number,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<Socket> {
  if (signal.aborted) return Promise.reject(wecomErrors.WECOM_ABORTED([]));
  const socket = new WebSocket(url, {
    ...(url.protocol === "wss:" ? { agent: https.globalAgent } : {}),
    handshakeTimeout: connectMs,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  let failure: string | undefined;
  let hangUp: NodeJS.Timeout | undefined;

  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (!isBinary) onText(data.toString("utf8"));
  });
  socket.on("error", (error) => (failure = reasonOf(error)));
  socket.on("close", (code: number) => {
    clearTimeout(hangUp);
    end(failure ?? `closed with ${code}`);
  });

  const standing: Socket = {
    ended,
    send: (text) => socket.send(text, ignoreFailure),
    close() {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      hangUp ??= setTimeout(() => socket.terminate(), CLOSE_GRACE_MS);
    },
    cut: () => socket.terminate(),
  };
  return new Promise((resolve, reject) => {
    const onAbort = () => socket.terminate();
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("open", () => {
      signal.removeEventListener("abort", onAbort);
      resolve(standing);
    });
    void ended.then((reason) => {
      signal.removeEventListener("abort", onAbort);
      reject(signal.aborted ? wecomErrors.WECOM_ABORTED([]) : wecomErrors.WECOM_UNREACHABLE([url.host, reason]));
    });
  });
}

/** What could not be written shows as the end of the socket. */
function ignoreFailure(): void {}

function reasonOf(error: Error): string {
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
