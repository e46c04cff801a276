import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { MuteSockets } from "./api/wire.ts";

/** `half-open`: they look alive, and nothing comes through any more. */
export type DropMode = "close" | "reset" | "half-open";

export interface Connections {
  readonly mute: MuteSockets;
  /** @returns how many there were. */
  drop(mode: DropMode): number;
}

/** Every client connection of a server. */
export function watchConnections(server: Server): Connections {
  const open = new Set<Socket>();
  const mute: MuteSockets = new WeakSet();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return {
    mute,
    drop(mode) {
      const sockets = [...open].filter((socket) => !mute.has(socket));
      for (const socket of sockets) {
        if (mode === "close") socket.destroy();
        else if (mode === "reset") socket.resetAndDestroy();
        else mute.add(socket);
      }
      return sockets.length;
    },
  };
}
