import type { WebSocket } from "ws";

const PING_INTERVAL_MS = 20_000;

/**
 * Pings, and breaks a connection that did not answer the ping before: the other side may be gone without a word.
 *
 * @returns what stops it.
 */
export function startHeartbeat(socket: WebSocket): () => void {
  let answered = true;
  const onPong = () => {
    answered = true;
  };
  socket.on("pong", onPong);
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    if (socket.readyState !== socket.OPEN) return undefined;
    answered = false;
    return socket.ping();
  }, PING_INTERVAL_MS);
  return () => {
    clearInterval(timer);
    socket.off("pong", onPong);
  };
}
