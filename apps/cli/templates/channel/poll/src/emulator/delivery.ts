import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { eventOf } from "./events.ts";
import type { Message } from "./platform.ts";
import type { Answer, Call } from "./server.ts";

/** How events reach the bot: it asks for those after a number, and by asking confirms those before. */
export interface Delivery {
  deliver(message: Message): void;
  isAcknowledged(messageId: string): boolean;
  answer(call: Call): Promise<Answer | undefined>;
  attach(server: Server): void;
  close(): void;
}

const STEP_MS = 10;

export function createDelivery(_token: string): Delivery {
  const updates: Message[] = [];
  const closing = new AbortController();
  let confirmed = 0;

  /** Waits for an update that is not confirmed, as long as the caller does. */
  async function patience(waitS: number, gone: AbortSignal): Promise<void> {
    const endMs = performance.now() + waitS * 1_000;
    const signal = AbortSignal.any([gone, closing.signal]);
    while (updates.length <= confirmed && performance.now() < endMs && !signal.aborted)
      await sleep(STEP_MS, undefined, { ref: false });
  }

  return {
    deliver: (message) => void updates.push(message),
    isAcknowledged: (messageId) => updates.slice(0, confirmed).some(({ id }) => id === messageId),
    async answer({ method, path, query, gone }) {
      if (method !== "GET" || path !== "/api/updates") return undefined;
      confirmed = Math.max(confirmed, Number(query.get("after") ?? 0));
      await patience(Number(query.get("wait") ?? 0), gone);
      const events = updates.slice(confirmed).map(eventOf);
      return { status: 200, body: { events, next: String(updates.length) } };
    },
    attach() {},
    close: () => closing.abort(),
  };
}
