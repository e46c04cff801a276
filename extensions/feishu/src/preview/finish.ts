import { type OutboundContent, isLoongError } from "@loong/sdk";
import type { LarkApi } from "../api/endpoints.ts";
import { withoutAmbiguity } from "../api/classify.ts";
import { emptyCard, finishedCard } from "./card-json.ts";
import type { Cards } from "./cards.ts";
import type { Preview } from "./preview.ts";

/** How a preview ended: as the answer, or taken away, and why. */
export type Ending =
  | { readonly kind: "answered"; readonly messageId: string }
  | { readonly kind: "gone"; readonly why: string };

export interface Finishing {
  readonly api: LarkApi;
  readonly cards: Cards;
}

/**
 * Makes the answer of a preview, or takes it away. Whichever it is, doing it again comes to the same: an answer whose outcome
 * is unknown may be tried again.
 */
export async function finish(
  preview: Preview,
  content: OutboundContent,
  parts: Finishing,
  signal: AbortSignal,
): Promise<Ending> {
  const card = finishedCard(content);
  if (card === undefined) return remove("no card could show it", preview, parts, signal);
  try {
    await put(card, preview, parts, signal);
  } catch (error) {
    if (!isRejected(error)) throw error;
    return remove(error.message, preview, parts, signal);
  }
  if (await isShown(preview, parts, signal)) return { kind: "answered", messageId: preview.messageId };
  return { kind: "gone", why: "somebody recalled it" };
}

/** Takes a preview away; what cannot be taken away is left empty, and not as if it were being written. */
export async function takeAway(preview: Preview, parts: Finishing, signal: AbortSignal): Promise<void> {
  try {
    await parts.api.recall(preview.messageId, signal);
  } catch (error) {
    if (!isRejected(error)) throw error;
    if (error.code === "FEISHU_MESSAGE_GONE") return;
    await put(emptyCard(), preview, parts, signal);
  }
}

async function remove(why: string, preview: Preview, parts: Finishing, signal: AbortSignal): Promise<Ending> {
  try {
    await takeAway(preview, parts, signal);
  } catch (error) {
    // Neither way out is left; the answer counts more than what stands above it.
    if (isRejected(error)) return { kind: "gone", why: `${why}; it is still there (${error.message})` };
    throw withoutAmbiguity(error);
  }
  return { kind: "gone", why };
}

async function put(card: string, preview: Preview, { api, cards }: Finishing, signal: AbortSignal): Promise<void> {
  if (preview.kind === "card") await cards.finish(preview, card, signal);
  else await api.patchCard(preview.messageId, card, signal);
}

/** A card changes whether or not its message is still there, so only the message tells. */
async function isShown({ kind, messageId }: Preview, { api }: Finishing, signal: AbortSignal): Promise<boolean> {
  // A message that was recalled could not have been patched.
  if (kind === "message") return true;
  try {
    return await api.isShown(messageId, signal);
  } catch (error) {
    if (!isRejected(error)) throw error;
    // Who may not ask has no reason to doubt.
    return error.code !== "FEISHU_MESSAGE_GONE";
  }
}

function isRejected(error: unknown): error is Error & { readonly code: string } {
  return isLoongError(error) && error.outcome === "rejected";
}
