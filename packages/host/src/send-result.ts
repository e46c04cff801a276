import type { SendRequest, SendResult } from "@loong/api";
import type { OutboxPart } from "@loong/gateway";
import type { OutboundContent } from "@loong/sdk";

/**
 * How an operator's message ended, from its last part.
 *
 * @param adviceOn - What to do about an error code, where somebody knows.
 */
export function sendResult(
  part: OutboxPart,
  via: SendResult["via"],
  adviceOn: (code: string) => string | undefined = () => undefined,
): SendResult {
  return {
    delivered: part.state === "sent",
    state: part.state,
    channel: part.channel,
    account: part.account,
    to: part.to,
    messageId: part.receipt?.messageId ?? null,
    degraded: part.receipt?.degraded ?? null,
    error: part.error === undefined ? null : errorOf(part.error, adviceOn),
    via,
  };
}

/** The journal keeps errors as `CODE: what happened`. */
function errorOf(text: string, adviceOn: (code: string) => string | undefined): NonNullable<SendResult["error"]> {
  const [, code = "PLUGIN_SEND_FAILED", message = text] = /^([A-Z][A-Z0-9_]+): (.*)$/s.exec(text) ?? [];
  const hint = adviceOn(code);
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/** The schema of the request has checked it; a card is JSON because it came as JSON. */
export function contentOf({ content }: SendRequest): OutboundContent {
  return content as OutboundContent;
}
