import { type Logger, type PreviewPlace, isLoongError } from "@loong/sdk";
import type { CardKit } from "../api/cardkit.ts";
import type { LarkApi, NativeMessage } from "../api/endpoints.ts";
import type { ReceiveIdType } from "../config.ts";
import { type Placed, place } from "../outbound/place.ts";
import { answerText, asMessage, cardReference, emptyCard, growingCard, wholeCard } from "./card-json.ts";
import type { Cards } from "./cards.ts";
import type { MadeCard, MadeCards } from "./made-cards.ts";
import type { Preview } from "./preview.ts";

/** A scope that was missing is asked for again after so long: somebody may have granted it. */
const PERMISSION_PAUSE_MS = 10 * 60_000;
/** Tidying goes on when the caller has stopped waiting. */
const TIDY_TIMEOUT_MS = 10_000;

export interface Opening {
  readonly api: LarkApi;
  readonly cardKit: CardKit;
  readonly cards: Cards;
  readonly made: MadeCards;
  readonly receiveIdType: ReceiveIdType;
  readonly log: Logger;
  readonly now: () => number;
}

/** Shows the first words of an answer: in a card that grows, or in one that is replaced where the app may not use CardKit. */
export type OpenPreview = (at: PreviewPlace, words: string, signal: AbortSignal) => Promise<Preview>;

export function createOpen({ api, cardKit, cards, made, receiveIdType, log, now }: Opening): OpenPreview {
  let mayNotUntilMs = 0;

  /** The card for this place: the one that an earlier try has made, or a new one. `undefined`: the app may not make cards. */
  async function cardFor({ idempotencyKey }: PreviewPlace, words: string, signal: AbortSignal) {
    const earlier = await made.find(idempotencyKey);
    if (earlier !== undefined) return { card: earlier, isNew: false };
    if (now() < mayNotUntilMs) return undefined;
    try {
      const card: MadeCard = { madeAtMs: now(), cardId: await cardKit.create(growingCard(words), signal) };
      await made.note(idempotencyKey, card);
      return { card, isNew: true };
    } catch (error) {
      if (!isLoongError(error) || error.code !== "FEISHU_SCOPE_MISSING") throw error;
      mayNotUntilMs = now() + PERMISSION_PAUSE_MS;
      log.warn(`answers are shown without CardKit: ${error.message}`, { hint: error.hint });
      return undefined;
    }
  }

  function show(native: NativeMessage, { conversation, messageId, idempotencyKey }: PreviewPlace, signal: AbortSignal) {
    const { id: to, threadId } = conversation;
    const target = { to, inReplyTo: messageId, idempotencyKey, ...(threadId === undefined ? {} : { threadId }) };
    return twice(() => place(native, target, api, receiveIdType, signal));
  }

  /** Nobody knows which message shows the card, if one does: it is left empty, and not as if it were being written. */
  async function abandon(card: MadeCard): Promise<void> {
    await cards.finish(card, emptyCard(), AbortSignal.timeout(TIDY_TIMEOUT_MS)).catch((error: unknown) => {
      log.debug("a card that is not used could not be emptied", { error: String(error) });
    });
  }

  return async (at, words, signal) => {
    const found = await cardFor(at, words, signal);
    if (found === undefined) {
      const { messageId } = await show(asMessage(wholeCard(words)), at, signal);
      return { kind: "message", messageId };
    }
    const { card, isNew } = found;
    try {
      const { messageId } = await show(cardReference(card.cardId), at, signal);
      if (!isNew) await cards.write(card, answerText(words), signal);
      return { kind: "card", messageId, ...card };
    } catch (error) {
      await abandon(card);
      throw error;
    }
  };
}

/** The key makes a second try safe, and without the message's id nothing could end the preview. */
async function twice(attempt: () => Promise<Placed>): Promise<Placed> {
  try {
    return await attempt();
  } catch (error) {
    if (!isLoongError(error) || error.outcome !== "unknown") throw error;
    return attempt();
  }
}
