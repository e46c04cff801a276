import { createHmac } from "node:crypto";
import type { WebhookRequest } from "@loong/sdk";
import type { ForgedRequest } from "@loong/testkit";

const BODY = JSON.stringify({
  id: "evt-forged",
  bot_id: "bot-1",
  message: {
    id: "msg-forged",
    room: { id: "ada-and-bot", type: "direct" },
    sender: { id: "ada", name: "Ada", bot: false },
    text: "let me in",
    sent_at: "2026-11-21T09:00:00.000Z",
  },
});

/** What others may post to the webhook. The channel must answer each with 401. */
export function forgedRequests(path: string, secret: string): readonly ForgedRequest[] {
  const now = Math.floor(Date.now() / 1_000);
  const request = (headers: WebhookRequest["headers"]): WebhookRequest => ({
    method: "POST",
    path,
    query: {},
    headers,
    body: Buffer.from(BODY),
  });
  return [
    { what: "no signature", request: request({}) },
    { what: "a signature of another body", request: request(signed("{}", secret, now)) },
    { what: "a signature with another secret", request: request(signed(BODY, "guess", now)) },
    { what: "a signature cut short", request: request({ ...signed(BODY, secret, now), "x-acme-signature": "00" }) },
    { what: "the signature twice", request: request(twice(signed(BODY, secret, now), "x-acme-signature")) },
    { what: "a timestamp of yesterday", request: request(signed(BODY, secret, now - 86_400)) },
    { what: "no timestamp", request: request({ ...signed(BODY, secret, now), "x-acme-timestamp": undefined }) },
  ];
}

/** A header that came twice is a list. */
function twice(headers: Record<string, string>, name: string): WebhookRequest["headers"] {
  const { [name]: value = "" } = headers;
  return { ...headers, [name]: [value, value] };
}

function signed(body: string, secret: string, atS: number): Record<string, string> {
  const signature = createHmac("sha256", secret).update(`${atS}.${body}`).digest("hex");
  return { "x-acme-timestamp": String(atS), "x-acme-signature": signature };
}
