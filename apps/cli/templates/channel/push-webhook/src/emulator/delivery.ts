import { createHmac } from "node:crypto";
import type { Server } from "node:http";
import { eventOf } from "./events.ts";
import type { Message } from "./platform.ts";
import type { Answer, Call } from "./server.ts";

/** How events reach the bot: they are posted to one address, signed; an answer of 2xx acknowledges. */
export interface Delivery {
  readonly signingSecret: string;
  /** Where events go from now on. */
  deliverTo(url: string): void;
  /** Tries once. */
  deliver(message: Message): void;
  isAcknowledged(messageId: string): boolean;
  answer(call: Call): Promise<Answer | undefined>;
  attach(server: Server): void;
  close(): void;
}

export function createDelivery(_token: string): Delivery {
  const signingSecret = "emulator-signing-secret";
  const acknowledged = new Set<string>();
  const closing = new AbortController();
  let target: string | undefined;

  async function post(url: string, message: Message): Promise<void> {
    const body = JSON.stringify(eventOf(message));
    const response = await fetch(url, { method: "POST", headers: signed(body), body, signal: closing.signal });
    await response.arrayBuffer();
    if (response.ok) acknowledged.add(message.id);
  }

  function signed(body: string): Record<string, string> {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac("sha256", signingSecret).update(`${timestamp}.${body}`).digest("hex");
    return { "content-type": "application/json", "x-acme-timestamp": timestamp, "x-acme-signature": signature };
  }

  return {
    signingSecret,
    deliverTo: (url) => void (target = url),
    deliver(message) {
      // A gateway that is away is no fault of the platform: the event stays unacknowledged.
      if (target !== undefined) post(target, message).catch(() => {});
    },
    isAcknowledged: (messageId) => acknowledged.has(messageId),
    answer: async () => undefined,
    attach() {},
    close: () => closing.abort(),
  };
}
