import { createHmac, timingSafeEqual } from "node:crypto";
import type { InboundEvent, WebhookFeature, WebhookRequest } from "@loong/sdk";
import type { ForgedRequest } from "../channel/harness.ts";
import type { MemoryDelivery } from "./stream.ts";

const SIGNATURE = "x-memory-signature";

/** Events posted to a URL as JSON, signed with the account's token. */
export interface MemoryPost extends MemoryDelivery {
  deliverTo(url: string): void;
  forge(): readonly ForgedRequest[];
}

export function createMemoryPost(token: string, path: string): MemoryPost {
  const acknowledged = new Set<string>();
  let target: string | undefined;

  async function post(url: string, event: InboundEvent): Promise<void> {
    const body = JSON.stringify(event);
    const headers = { "content-type": "application/json", [SIGNATURE]: signatureOf(token, body) };
    const response = await fetch(url, { method: "POST", headers, body });
    await response.arrayBuffer();
    if (response.ok) acknowledged.add(event.eventId);
  }

  return {
    deliver(event) {
      // A gateway that is down is no fault of the platform: the event stays unacknowledged.
      if (target !== undefined) post(target, event).catch(() => acknowledged.delete(event.eventId));
    },
    isAcknowledged: (event) => acknowledged.has(event.eventId),
    deliverTo: (url) => void (target = url),
    forge() {
      const body = JSON.stringify({ eventId: "forged", messageId: "forged", text: "let me in" });
      return [
        { what: "no signature", request: requestOf(path, body, {}) },
        {
          what: "signature of another body",
          request: requestOf(path, body, { [SIGNATURE]: signatureOf(token, "other") }),
        },
        { what: "signed with another token", request: requestOf(path, body, { [SIGNATURE]: signatureOf("x", body) }) },
      ];
    },
  };
}

/** The channel's side: verify, parse, store, acknowledge. */
export function memoryWebhook(token: string, path: string): WebhookFeature {
  return {
    path,
    async handle(request, inbound) {
      if (!isSigned(request, token)) return { status: 401, refused: "signature" };
      await inbound.accept([JSON.parse(Buffer.from(request.body).toString()) as InboundEvent]);
      return { status: 200, body: "OK" };
    },
  };
}

function isSigned({ headers, body }: WebhookRequest, token: string): boolean {
  const given = Buffer.from(String(headers[SIGNATURE]));
  const expected = Buffer.from(signatureOf(token, body));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function signatureOf(token: string, body: string | Uint8Array): string {
  return createHmac("sha256", token).update(body).digest("hex");
}

function requestOf(path: string, body: string, headers: WebhookRequest["headers"]): WebhookRequest {
  return { method: "POST", path, query: {}, headers, body: Buffer.from(body) };
}
