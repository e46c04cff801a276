import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { Channel, Inbound, WebhookFeature, WebhookRequest, WebhookResponse } from "@loong/sdk";

export interface WebhookServer {
  /** The address of the channel's path. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the webhook of a channel as a host does: `GET` answers OK, and what the channel throws becomes 503.
 *
 * @throws Error when the channel has none.
 */
export async function serveWebhook({ webhook }: Pick<Channel, "webhook">, inbound: Inbound): Promise<WebhookServer> {
  if (webhook === undefined) throw new Error("the channel has no webhook");
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing, webhook, inbound));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${webhook.path}`,
    async close() {
      if (!server.listening) return;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  webhook: WebhookFeature,
  inbound: Inbound,
): Promise<void> {
  const request = await requestOf(incoming);
  const response = await respond(request, webhook, inbound);
  outgoing.writeHead(response.status, response.headers).end(response.body);
}

async function respond(request: WebhookRequest, webhook: WebhookFeature, inbound: Inbound): Promise<WebhookResponse> {
  if (request.path !== webhook.path) return { status: 404 };
  if (request.method === "GET") return { status: 200, body: "OK" };
  try {
    return await webhook.handle(request, inbound);
  } catch {
    return { status: 503, headers: { "retry-after": "5" } };
  }
}

async function requestOf(incoming: IncomingMessage): Promise<WebhookRequest> {
  const url = new URL(incoming.url ?? "/", "http://localhost");
  return {
    method: incoming.method ?? "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: incoming.headers,
    body: await buffer(incoming),
  };
}
