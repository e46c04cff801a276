import { withDeadline } from "../deadline.ts";
import { gatewayErrors } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { describe } from "./outcome.ts";

const DISCARD_TIMEOUT_MS = 10_000;

/** Ends the preview of an answer that will not be said. Best effort. */
export async function discardPreview(
  { channels, clock, log }: Ports,
  { channel, account, lane }: { readonly channel: string; readonly account: string; readonly lane: string },
  preview: string,
): Promise<void> {
  const feature = channels.stream(channel, account);
  if (feature === undefined) return;
  const late = () => gatewayErrors.GATEWAY_SEND_TIMEOUT([DISCARD_TIMEOUT_MS]);
  try {
    await withDeadline(clock, DISCARD_TIMEOUT_MS, late, (signal) => feature.discard(preview, signal));
  } catch (error) {
    log.warn("a preview without an answer could not be taken away", { lane, error: describe(error) });
  }
}
