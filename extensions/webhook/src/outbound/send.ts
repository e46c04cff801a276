import { type OutboundContent, type OutboundMessage, type Receipt, isLoongError } from "@loong/sdk";
import type { Caller } from "../caller.ts";
import { webhookErrors } from "../errors.ts";
import type { WordContent } from "../receivers/receiver.ts";

/** The only target there is, for those who name one. */
export const ROOM = "room";

/** Refusals that plain words instead of a card may pass. */
const FORM_REFUSALS: ReadonlySet<string> = new Set(["WEBHOOK_BAD_MESSAGE", "WEBHOOK_TOO_LONG"]);

/**
 * Says one message. A card that the receiver refuses becomes its words, where it has some. Receivers give no ids, so the
 * receipt carries the idempotency key, which goes along as a header.
 *
 * @throws LoongError WEBHOOK_… with an `outcome` that says whether the message may have been taken.
 */
export async function send(message: OutboundMessage, caller: Caller, signal: AbortSignal): Promise<Receipt> {
  const { to, threadId, idempotencyKey: messageId } = message;
  if (to !== "" && to !== ROOM) throw webhookErrors.WEBHOOK_TARGET([to]);
  const content = wordsOf(message.content);
  const lost = threadId === undefined ? [] : ["sent to the room, not to the thread"];

  async function say(what: WordContent): Promise<Receipt> {
    const draft = await caller.receiver.write(what);
    await caller.post(draft.body, messageId, signal);
    const degraded = [...lost, ...(draft.degraded === undefined ? [] : [draft.degraded])].join(", ");
    return degraded === "" ? { messageId } : { messageId, degraded };
  }

  try {
    return await say(content);
  } catch (error) {
    if (content.type !== "card" || content.fallbackText === "") throw error;
    if (!isLoongError(error) || !FORM_REFUSALS.has(error.code)) throw error;
    lost.push(`card refused (${error.message}), sent as text`);
    return say({ type: "text", text: content.fallbackText });
  }
}

function wordsOf(content: OutboundContent): WordContent {
  if (content.type === "image" || content.type === "file") throw webhookErrors.WEBHOOK_FILE([content.type]);
  return content;
}
