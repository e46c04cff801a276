import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * The connections of all listeners. When there are too many, the one that has waited longest without a whole request gives
 * way: whoever opens connections and says nothing loses them, and whoever has something to say gets in.
 */
export interface Crowd {
  /** Counts the connections of `server` from now on. */
  watch(server: Server): void;
  /** A whole request has come over this connection: it stays until `rested`. */
  working(socket: Socket): void;
  rested(socket: Socket): void;
}

export function createCrowd(maxSockets: number): Crowd {
  let open = 0;
  /** The longest first. */
  const waiting = new Set<Socket>();

  function enter(socket: Socket): void {
    open += 1;
    waiting.add(socket);
    socket.once("close", () => {
      open -= 1;
      waiting.delete(socket);
    });
    if (open <= maxSockets) return;
    const [longest = socket] = waiting;
    waiting.delete(longest);
    longest.destroy();
  }

  return {
    watch: (server) => void server.on("connection", enter),
    working: (socket) => void waiting.delete(socket),
    rested(socket) {
      if (!socket.destroyed) waiting.add(socket);
    },
  };
}
