import { isRecord, recordAt, stringAt, type JsonRecord } from "@loong/emulator-kit";
import type { Bot } from "../state/bots.ts";
import type { Files } from "../state/files.ts";
import type { Content } from "../state/rooms.ts";
import { refuse, type Answer } from "../wire/answer.ts";

/** Most UTF-8 bytes of a markdown or stream content. */
export const CONTENT_BYTES = 20_480;
const FEEDBACK_BYTES = 256;

const MEDIA = new Set(["image", "file", "voice", "video"]);
const CARD_TYPES = new Set([
  "text_notice",
  "news_notice",
  "button_interaction",
  "vote_interaction",
  "multiple_interaction",
]);
const CLICKABLE = /_interaction$/;

export type Checked =
  | { readonly content: Content; readonly feedbackId?: string | undefined }
  | { readonly refusal: Answer };

/** What a body without a stream shows, or why the platform refuses it. `msgtypes`: those that the command takes. */
export function contentOf(body: JsonRecord, msgtypes: readonly string[], bot: Bot, files: Files): Checked {
  const type = stringAt(body, "msgtype") ?? "";
  if (!msgtypes.includes(type)) return { refusal: refuse(40008) };
  if (MEDIA.has(type)) return mediaOf(body, type, bot, files);
  if (type === "template_card") return cardOf(body["template_card"]);
  const words = recordAt(body, type);
  const text = stringAt(words, "content");
  if (text === undefined || text === "") return { refusal: refuse(40058, `${type}.content is empty`) };
  if (Buffer.byteLength(text) > CONTENT_BYTES) return { refusal: refuse(45002) };
  return withFeedback({ type, text }, words);
}

/** A card as the platform takes it. One that can be clicked needs a task_id. */
export function cardOf(card: unknown): Checked {
  if (!isRecord(card)) return { refusal: refuse(40058, "template_card is missing") };
  const type = stringAt(card, "card_type") ?? "";
  if (!CARD_TYPES.has(type)) return { refusal: refuse(40058, "invalid template_card.card_type") };
  if (CLICKABLE.test(type) && stringAt(card, "task_id") === undefined) {
    return { refusal: refuse(40058, "template_card.task_id is missing") };
  }
  return withFeedback({ type: "template_card", text: cardText(card), card }, card);
}

function mediaOf(body: JsonRecord, type: string, bot: Bot, files: Files): Checked {
  const file = files.kept(stringAt(recordAt(body, type), "media_id") ?? "", bot.botId);
  if (file === undefined || file.type !== type) return { refusal: refuse(40007) };
  return { content: { type, text: `[${type}: ${file.name}]`, files: [file] } };
}

function withFeedback(content: Content, holder: JsonRecord | undefined): Checked {
  const feedbackId = feedbackIdOf(holder);
  return isTooLong(feedbackId) ? { refusal: refuse(40058, "feedback.id is too long") } : { content, feedbackId };
}

export function feedbackIdOf(holder: JsonRecord | undefined): string | undefined {
  return stringAt(recordAt(holder, "feedback"), "id");
}

export function isTooLong(feedbackId: string | undefined): boolean {
  return feedbackId !== undefined && Buffer.byteLength(feedbackId) > FEEDBACK_BYTES;
}

/** Keys whose strings stand on a card's face. */
const FACE = new Set(["title", "desc", "sub_title_text", "quote_text", "keyname", "value", "text", "title_text"]);

function cardText(card: JsonRecord): string {
  const lines: string[] = [];
  const read = (value: unknown, key: string): void => {
    if (typeof value === "string" && FACE.has(key)) lines.push(value);
    else if (Array.isArray(value)) for (const one of value) read(one, key);
    else if (isRecord(value)) for (const [name, part] of Object.entries(value)) read(part, name);
  };
  read(card, "");
  return lines.join("\n");
}
