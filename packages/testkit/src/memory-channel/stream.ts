import type { Inbound, InboundEvent } from "@loong/sdk";

/** One way events reach a channel of the memory platform. */
export interface MemoryDelivery {
  /** Delivers `event` now, or as soon as somebody listens. */
  deliver(event: InboundEvent): void;
  isAcknowledged(event: InboundEvent): boolean;
}

/** A connection that is always there: events wait in a queue until a channel takes them, one at a time. */
export interface MemoryStream extends MemoryDelivery {
  serve(inbound: Inbound, signal: AbortSignal): Promise<void>;
}

export function createMemoryStream(): MemoryStream {
  const queue: InboundEvent[] = [];
  const acknowledged = new Set<string>();
  let wake = () => {};

  /** A refused event is gone from the queue: like a platform, this one delivers it again only later. */
  async function handOver(inbound: Inbound, event: InboundEvent): Promise<void> {
    try {
      await inbound.accept([event]);
      acknowledged.add(event.eventId);
    } catch {
      acknowledged.delete(event.eventId);
    }
  }

  return {
    deliver(event) {
      queue.push(event);
      wake();
    },
    isAcknowledged: (event) => acknowledged.has(event.eventId),
    async serve(inbound, signal) {
      signal.addEventListener("abort", () => wake(), { once: true });
      inbound.report({ state: "connected" });
      while (!signal.aborted) {
        const event = queue.shift();
        if (event) await handOver(inbound, event);
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}
