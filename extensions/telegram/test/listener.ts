import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Channel, Inbound, WebhookFeature } from "@loong/sdk";

/** The smallest host a webhook can have: reads the body, asks the channel, answers 503 when it throws. */
export async function listen({ webhook }: Channel, inbound: Inbound): Promise<{ url: string; server: Server }> {
  if (webhook === undefined) throw new Error("the account has no webhook");
  const server = createServer((request, answer) => void serve(webhook, inbound, request, answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${webhook.path}` };
}

async function serve(
  webhook: WebhookFeature,
  inbound: Inbound,
  request: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = "", headers } = request;
  const call = { method, path: webhook.path, query: {}, headers, body: Buffer.concat(chunks) };
  const result = await webhook.handle(call, inbound).catch(() => ({ status: 503, headers: {}, body: "" }));
  answer.writeHead(result.status, result.headers).end(result.body);
}
