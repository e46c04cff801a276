import type { SendRequest, SendResult } from "@loong/api";
import type { OutboxPart } from "@loong/gateway";
import type { OutboundContent } from "@loong/sdk";

/** How an operator's message ended, from its last part. */
export function sendResult(part: OutboxPart, via: SendResult["via"]): SendResult {
  return {
    delivered: part.state === "sent",
    state: part.state,
    channel: part.channel,
    account: part.account,
    to: part.to,
    messageId: part.receipt?.messageId ?? null,
    degraded: part.receipt?.degraded ?? null,
    error: part.error === undefined ? null : errorOf(part.error),
    via,
  };
}

/** The journal keeps errors as `CODE: what happened`. */
function errorOf(text: string): NonNullable<SendResult["error"]> {
  const match = /^([A-Z][A-Z0-9_]+): (.*)$/s.exec(text);
  return { code: match?.[1] ?? "PLUGIN_SEND_FAILED", message: match?.[2] ?? text };
}

/** The schema of the request has checked it; a card is JSON because it came as JSON. */
export function contentOf({ content }: SendRequest): OutboundContent {
  return content as OutboundContent;
}
