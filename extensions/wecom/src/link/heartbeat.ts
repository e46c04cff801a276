/** Notices a connection that is dead without saying so: after a ping, anything at all must come in. */
export interface Heartbeat {
  start(actions: HeartbeatActions): void;
  /** Something came in. */
  heard(): void;
  stop(): void;
}

interface HeartbeatActions {
  ping(): void;
  /** @param afterMs - How long nothing came in after a ping. */
  dead(afterMs: number): void;
}

/** @param pongMs - How long to wait after a ping; never longer than until the next one. */
export function createHeartbeat(intervalMs: number, pongMs: number): Heartbeat {
  const patienceMs = Math.min(pongMs, intervalMs);
  let pings: NodeJS.Timeout | undefined;
  let deadline: NodeJS.Timeout | undefined;

  function heard(): void {
    clearTimeout(deadline);
    deadline = undefined;
  }

  /** A process that was held up reads first what came meanwhile. */
  function expectWithin(dead: HeartbeatActions["dead"]): NodeJS.Timeout {
    const due = setTimeout(() => {
      setImmediate(() => {
        if (deadline === due) dead(patienceMs);
      });
    }, patienceMs);
    return due;
  }

  return {
    start({ ping, dead }) {
      pings = setInterval(() => {
        deadline ??= expectWithin(dead);
        ping();
      }, intervalMs);
    },
    heard,
    stop() {
      clearInterval(pings);
      heard();
    },
  };
}
