import { isLoongError } from "@loong/sdk";
import type { CardKit } from "../api/cardkit.ts";
import { ANSWER } from "./card-json.ts";
import type { CardPreview } from "./preview.ts";
import type { Sequence } from "./sequence.ts";

type Card = Pick<CardPreview, "cardId" | "madeAtMs">;

/** Cards as they are written and finished, by whichever process. */
export interface Cards {
  /** Shows the text so far. */
  write(card: Card, text: string, signal: AbortSignal): Promise<void>;
  /** Ends the writing, then shows `json`. Doing it again changes nothing. */
  finish(card: Card, json: string, signal: AbortSignal): Promise<void>;
}

export function createCards(cardKit: CardKit, sequence: Sequence): Cards {
  async function numbered(card: Card, operate: (number: number) => Promise<void>): Promise<void> {
    try {
      await operate(sequence.next(card));
    } catch (error) {
      if (!isCode(error, "FEISHU_CARD_SEQUENCE")) throw error;
      sequence.skipAhead(card);
      await operate(sequence.next(card));
    }
  }

  const setStreaming = (card: Card, isOn: boolean, signal: AbortSignal) =>
    numbered(card, (number) => cardKit.setStreaming(card.cardId, isOn, number, signal));

  return {
    async write(card, text, signal) {
      const write = () => numbered(card, (number) => cardKit.write(card.cardId, ANSWER, text, number, signal));
      try {
        await write();
      } catch (error) {
        if (!isCode(error, "FEISHU_CARD_STREAM_OVER")) throw error;
        await setStreaming(card, true, signal);
        await write();
      }
    },
    async finish(card, json, signal) {
      try {
        await setStreaming(card, false, signal);
      } catch (error) {
        if (!isCode(error, "FEISHU_CARD_STREAM_OVER")) throw error;
      }
      await numbered(card, (number) => cardKit.replace(card.cardId, json, number, signal));
    },
  };
}

function isCode(error: unknown, code: string): boolean {
  return isLoongError(error) && error.code === code;
}
