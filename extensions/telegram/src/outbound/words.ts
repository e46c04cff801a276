import type { JsonValue, OutboundContent } from "@loong/sdk";
import type { InlineKeyboardMarkup, MessageEntity } from "grammy/types";
import { telegramErrors } from "../errors.ts";
import { renderMarkdown } from "./markdown.ts";

/** Content that is said, not uploaded. */
export type WordContent = Extract<OutboundContent, { type: "text" | "markdown" | "card" }>;

/** What one text message shows. */
export interface Words {
  readonly text: string;
  readonly entities: MessageEntity[];
  readonly buttons?: InlineKeyboardMarkup;
  /** Said instead when the platform refuses the form. */
  readonly plain: string;
}

/** @throws TELEGRAM_CARD_FORM */
export async function wordsOf(content: WordContent): Promise<Words> {
  switch (content.type) {
    case "text": {
      const text = content.text.toWellFormed();
      return { text, entities: [], plain: text };
    }
    case "markdown": {
      const formatted = await renderMarkdown(content.markdown);
      return { ...formatted, plain: formatted.text };
    }
    case "card":
      return cardWords(content.card, content.fallbackText);
  }
}

/** A card is a text message in Telegram's own JSON; its parts are the platform's to check. */
function cardWords(card: JsonValue, fallbackText: string): Words {
  if (typeof card !== "object" || card === null || !("text" in card)) throw telegramErrors.TELEGRAM_CARD_FORM([]);
  const { text, entities, reply_markup: buttons } = card;
  if (typeof text !== "string" || text === "") throw telegramErrors.TELEGRAM_CARD_FORM([]);
  return {
    text: text.toWellFormed(),
    entities: Array.isArray(entities) ? entities : [],
    ...(buttons === undefined ? {} : { buttons: buttons as unknown as InlineKeyboardMarkup }),
    plain: fallbackText === "" ? text : fallbackText,
  };
}
