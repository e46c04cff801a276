import type { IncomingMessage, ServerResponse } from "node:http";
import type { WebhookResponse } from "@loong/sdk";
import type { Deadlines } from "./deadlines.ts";
import type { Refusal } from "./refusals.ts";

/** Sends what a channel answered. @throws when it is no answer at all. */
export function respond(response: ServerResponse, { status, headers, body = "" }: WebhookResponse): void {
  if (!Number.isInteger(status) || status < 200 || status > 599) throw new TypeError(`${status} is no HTTP status`);
  const length = String(Buffer.byteLength(body));
  if (headers === undefined) response.writeHead(status, ["content-type", JSON_TYPE, "content-length", length]);
  else response.writeHead(status, { "content-type": JSON_TYPE, ...lowerCase(headers), "content-length": length });
  response.end(body);
}

/**
 * Sends a refusal. A body that is still coming is read away for `lingerMs`, since a connection that is cut while its
 * sender writes takes the answer with it; then the connection ends.
 */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Refusal,
  linger: { readonly deadlines: Deadlines; readonly now: () => number; readonly lingerMs: number },
): void {
  if (response.headersSent || response.destroyed) return;
  if (request.complete) {
    response.writeHead(refusal.status, refusal.headers).end(refusal.body);
    return;
  }
  response.writeHead(refusal.status, { ...refusal.headers, connection: "close" });
  response.write(refusal.body);
  const dueAtMs = linger.now() + linger.lingerMs;
  const met = linger.deadlines.add({ dueAtMs, late: () => request.destroy() });
  request.once("end", () => response.end());
  request.once("close", met);
  request.resume();
}

/** For probes of reverse proxies, tunnels and people: the address is right and somebody listens. */
export function respondAlive(response: ServerResponse): void {
  response.writeHead(200, aliveHeaders).end("OK");
}

const JSON_TYPE = "application/json; charset=utf-8";
const aliveHeaders = { "content-type": "text/plain; charset=utf-8", "content-length": "2" };

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
