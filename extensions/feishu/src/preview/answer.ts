import type { OutboundMessage, Receipt } from "@loong/sdk";
import { type SendParts, send } from "../outbound/send.ts";
import type { Previews } from "./previews.ts";

/** Says a message; one that has a preview takes its place, so that people see the answer once. */
export async function answer(
  message: OutboundMessage,
  parts: SendParts & { readonly previews: Pick<Previews, "finish"> },
  signal: AbortSignal,
): Promise<Receipt> {
  const { preview, content } = message;
  if (preview === undefined) return send(message, parts, signal);
  const ending = await parts.previews.finish(preview, content, signal);
  if (ending.kind === "answered") {
    parts.sent.set(ending.messageId, "interactive");
    return { messageId: ending.messageId };
  }
  const { messageId, degraded } = await send(message, parts, signal);
  const lost = `said as a new message, since its preview could not become it (${ending.why})`;
  return { messageId, degraded: degraded === undefined ? lost : `${lost}, ${degraded}` };
}
