import type { Channel } from "@loong/sdk";
import type { Awaitable } from "../channel/harness.ts";
import { eventually, within } from "../checks/waiting.ts";
import { type GatewayEnd, createGatewayEnd } from "./gateway-end.ts";
import { type WebhookServer, serveWebhook } from "./webhook-server.ts";

/** A channel that is receiving, and the gateway's end of it. */
export interface ServedChannel extends GatewayEnd {
  readonly channel: Channel;
  /** Where the channel's webhook is served. Absent: it has none. */
  readonly webhookUrl?: string;
  /** Ends as `serve` does. */
  readonly ended: Promise<void>;
  /** Aborts and waits until `serve` has resolved; the webhook is no longer served. The channel stays open. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** For channels with a webhook: tells the platform where to deliver. */
  readonly deliverTo?: (url: string) => Awaitable<void>;
  /** What an earlier process has stored. */
  readonly cursor?: string | undefined;
}

/** How long a channel may take to stop. */
const STOP_LIMIT_MS = 2_000;
const SAY_LIMIT_MS = 500;

/**
 * Serves a channel as a gateway does, its webhook on a port of its own. Resolves when events can come: `serve` has
 * reported `connected`, or the webhook is there and `serve` has said how it stands.
 *
 * @throws what `serve` throws before that.
 */
export async function serveForTest(channel: Channel, { deliverTo, cursor }: ServeOptions = {}): Promise<ServedChannel> {
  const { inbound, ...gateway } = createGatewayEnd(cursor);
  const abort = new AbortController();
  const serving = channel.serve?.(inbound, abort.signal) ?? Promise.resolve();
  let hasEnded = false;
  // Whoever does not look at `ended` sees a failure in `stop`, or as an event that does not come.
  void serving.catch(() => {}).then(() => (hasEnded = true));

  let server: WebhookServer | undefined;
  async function stop(): Promise<void> {
    gateway.setGate("accept");
    abort.abort();
    await server?.close();
    await within("serve resolves after its signal aborts", STOP_LIMIT_MS, serving);
  }

  async function begin(): Promise<void> {
    if (channel.webhook) {
      server = await serveWebhook(channel, inbound);
      await deliverTo?.(server.url);
      // Called by the platform, it need not say how it stands.
      await eventually("serve reports", () => hasEnded || gateway.states.length > 0, SAY_LIMIT_MS).catch(() => {});
      if (hasEnded) await serving;
      return;
    }
    const isConnected = () => gateway.states.some(({ state }) => state === "connected");
    await eventually("serve reports connected", () => hasEnded || isConnected());
    if (!hasEnded) return;
    await serving;
    throw new Error("serve resolved before its signal was aborted");
  }

  try {
    await begin();
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
  return { channel, ...gateway, ...(server === undefined ? {} : { webhookUrl: server.url }), ended: serving, stop };
}
