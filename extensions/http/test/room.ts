import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type {
  Channel,
  ChannelHost,
  Inbound,
  InboundEvent,
  LinkState,
  OutboundMessage,
  WebhookFeature,
} from "@loong/sdk";

const silent = () => {};

export const host: ChannelHost = {
  accountId: "test",
  log: { debug: silent, info: silent, warn: silent, error: silent },
  clock: { now: Date.now },
  dataDir: "/dev/null/nothing-is-kept",
};

/** A message as the gateway's outbox holds it. */
export function words(text: string, to: string, idempotencyKey = "k1"): OutboundMessage {
  return { idempotencyKey, to, content: { type: "text", text } };
}

/** The gateway's end: takes what comes, unless it cannot store it now. */
export interface Gateway {
  readonly inbound: Inbound;
  readonly events: InboundEvent[];
  readonly states: LinkState[];
  storing: boolean;
}

export function gatewayEnd(): Gateway {
  const events: InboundEvent[] = [];
  const states: LinkState[] = [];
  const gateway: Gateway = {
    events,
    states,
    storing: true,
    inbound: {
      async accept(batch) {
        if (!gateway.storing) throw new Error("the disk is full");
        events.push(...batch);
        return batch.map(() => "stored" as const);
      },
      cursor: async () => undefined,
      report: (state) => void states.push(state),
    },
  };
  return gateway;
}

/** Serves a channel's webhook as the contract says a host does. */
export async function serveWebhook(
  { webhook }: Channel,
  inbound: Inbound,
): Promise<{ url: string; close(): Promise<void> }> {
  if (webhook === undefined) throw new Error("the channel has no webhook");
  const server = createServer((incoming, outgoing) => {
    void buffer(incoming)
      .then((body) => answer(webhook, inbound, incoming.method ?? "", incoming.headers, body))
      .then(({ status, headers, body }) => outgoing.writeHead(status, headers).end(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${webhook.path}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(
  webhook: WebhookFeature,
  inbound: Inbound,
  method: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  body: Uint8Array,
) {
  try {
    return await webhook.handle({ method, path: webhook.path, query: {}, headers, body }, inbound);
  } catch {
    return { status: 503, headers: { "retry-after": "5" }, body: "" };
  }
}
