import { createRecent } from "../recent.ts";
import type { CardPreview } from "./preview.ts";

const REMEMBERED_CARDS = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

type NumberedCard = Pick<CardPreview, "cardId" | "madeAtMs">;

/** Numbers for the operations on cards: each higher than those before, whichever process they were made in. */
export interface Sequence {
  next(card: NumberedCard): number;
  /** The platform knows a higher number: this machine's clock was set back since. */
  skipAhead(card: NumberedCard): void;
}

/**
 * Counts the milliseconds of a card's life, so that nothing needs to be stored with each operation. A card lives for 14 days,
 * which leaves a number of 32 bits room for some days skipped.
 */
export function createSequence(now: () => number): Sequence {
  const last = createRecent<number>(REMEMBERED_CARDS);
  return {
    next({ cardId, madeAtMs }) {
      const sequence = Math.max(now() - madeAtMs, last.get(cardId) ?? 0) + 1;
      last.set(cardId, sequence);
      return sequence;
    },
    skipAhead: ({ cardId }) => last.set(cardId, (last.get(cardId) ?? 0) + DAY_MS),
  };
}
