import { setTimeout as sleep } from "node:timers/promises";
import { Agent } from "undici";
import { signed } from "./signing.ts";

export interface Deliveries {
  /** Posts `body` after whatever is still under way for the same conversation. */
  deliver(conversationId: string, body: string): Delivery;
  to(url: string): void;
  close(): Promise<void>;
}

export interface Delivery {
  /** The status of each attempt so far; 0 where none came. */
  readonly statuses: readonly number[];
  acknowledged(): boolean;
}

export interface DeliverySettings {
  readonly secret: () => string;
  readonly now: () => number;
  readonly deliverTo?: string;
  /** Waits between attempts. After the last one it is given up. */
  readonly retryDelaysMs: readonly number[];
}

/** The application's way to the gateway: in order within a conversation, again while it is not acknowledged. */
export function createDeliveries({ secret, now, retryDelaysMs, deliverTo }: DeliverySettings): Deliveries {
  const agent = new Agent();
  const stopped = new AbortController();
  const lanes = new Map<string, Promise<void>>();
  let url = deliverTo;

  async function attempt(body: string): Promise<number> {
    if (url === undefined) return 0;
    const { origin, pathname: path } = new URL(url);
    const headers = signed(secret(), body, now());
    try {
      const response = await agent.request({ origin, path, method: "POST", headers, body, signal: stopped.signal });
      await response.body.dump();
      return response.statusCode;
    } catch {
      return 0;
    }
  }

  async function run(body: string, statuses: number[]): Promise<void> {
    for (const delayMs of [0, ...retryDelaysMs]) {
      await sleep(delayMs, undefined, { signal: stopped.signal }).catch(() => {});
      if (stopped.signal.aborted) return;
      const status = await attempt(body);
      statuses.push(status);
      if (!worthRepeating(status)) return;
    }
  }

  return {
    deliver(conversationId, body) {
      const statuses: number[] = [];
      const before = lanes.get(conversationId) ?? Promise.resolve();
      lanes.set(
        conversationId,
        before.then(() => run(body, statuses)),
      );
      return { statuses, acknowledged: () => statuses.some((status) => status >= 200 && status < 300) };
    },
    to: (next) => void (url = next),
    async close() {
      stopped.abort();
      await agent.destroy();
      await Promise.all(lanes.values());
    },
  };
}

/** No answer, an account that does not run now, too many requests, or a gateway that could not store it. */
function worthRepeating(status: number): boolean {
  return status === 0 || status === 404 || status === 429 || status >= 500;
}
