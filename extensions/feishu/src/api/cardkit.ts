import type { ApiClient } from "./client.ts";
import { field, need } from "./endpoints.ts";

const CARDS = "/open-apis/cardkit/v1/cards";

/** A card that exists apart from the message that shows it. It is shown by one message only and changes for 14 days. */
export interface CardKit {
  /** @returns The card's id. */
  create(card: string, signal: AbortSignal): Promise<string>;
  /**
   * Replaces the text of one element, letter by letter where it only grew. Needs streaming mode, which the platform ends ten
   * minutes after it was switched on.
   *
   * @param sequence - Of each operation on a card, whichever it is: higher than the one before, in 32 bits.
   */
  write(cardId: string, elementId: string, content: string, sequence: number, signal: AbortSignal): Promise<void>;
  /** While it is on, the list of chats says that the card is being written, and its buttons do nothing. */
  setStreaming(cardId: string, isOn: boolean, sequence: number, signal: AbortSignal): Promise<void>;
  replace(cardId: string, card: string, sequence: number, signal: AbortSignal): Promise<void>;
}

/** @see https://open.feishu.cn/document/cardkit-v1/streaming-updates-openapi-overview (read 2026-05) */
export function createCardKit(client: ApiClient): CardKit {
  const cardPath = (cardId: string, rest = "") => `${CARDS}/${encodeURIComponent(cardId)}${rest}`;
  return {
    async create(data, signal) {
      const json = { type: "card_json", data };
      return need(
        field(await client.call({ operation: "card", method: "POST", path: CARDS, json }, signal), "card_id"),
      );
    },
    async write(cardId, elementId, content, sequence, signal) {
      const path = cardPath(cardId, `/elements/${elementId}/content`);
      const json = { content, ...numbered(cardId, sequence) };
      await client.call({ operation: "card", method: "PUT", path, json }, signal);
    },
    async setStreaming(cardId, isOn, sequence, signal) {
      const settings = JSON.stringify({ config: { streaming_mode: isOn } });
      const json = { settings, ...numbered(cardId, sequence) };
      await client.call({ operation: "card", method: "PATCH", path: cardPath(cardId, "/settings"), json }, signal);
    },
    async replace(cardId, data, sequence, signal) {
      const json = { card: { type: "card_json", data }, ...numbered(cardId, sequence) };
      await client.call({ operation: "card", method: "PUT", path: cardPath(cardId), json }, signal);
    },
  };
}

/** The number makes an operation one of a kind, so it is its idempotency key as well. At most 64 characters are taken. */
function numbered(cardId: string, sequence: number): { readonly sequence: number; readonly uuid: string } {
  return { sequence, uuid: `${cardId}-${sequence}`.slice(-64) };
}
