import { createHook } from "node:async_hooks";

/** Sockets that were opened since the watch began. */
export interface SocketWatch {
  /** How many of them are still open, idle and unreferenced ones included. */
  open(): number;
  stop(): void;
}

const SOCKETS: ReadonlySet<string> = new Set(["TCPWRAP", "PIPEWRAP", "UDPWRAP"]);

/** A socket kept for the next request holds no process back, so the list of active resources does not name it. */
export function watchSockets(): SocketWatch {
  const open = new Set<number>();
  const hook = createHook({
    init(id, kind) {
      if (SOCKETS.has(kind)) open.add(id);
    },
    destroy: (id) => void open.delete(id),
  }).enable();
  return { open: () => open.size, stop: () => void hook.disable() };
}
