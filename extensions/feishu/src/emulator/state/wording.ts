import { isRecord, listAt, parseJson, recordAt, stringAt, type JsonRecord } from "@loong/emulator-kit";
import { actorName, type Actor } from "./people.ts";
import type { Mention, Message } from "./rooms.ts";

/** What a message says, in the three forms the platform knows: as sent, as received, and as people read it. */
export interface Wording {
  readonly content: string;
  readonly mentions: readonly Mention[];
}

const AT_TAG = /<at\s+(?:user_)?id="?([^">\s]+)"?\s*>(.*?)<\/at>/g;
const MENTION_KEY = /@_(?:user_\d+|all)/g;

/**
 * Turns what an app sent into what readers get: `<at>` tags become `@_user_1` keys, a post loses its locale.
 *
 * @param resolve - Who has this id, as the sending app sees people.
 */
export function receive(msgType: string, sent: string, resolve: (id: string) => Actor | undefined): Wording {
  const mentions: Mention[] = [];
  if (msgType === "text" && sent.includes("<at")) {
    const text = keyed(stringAt(parseJson(sent), "text") ?? "", mentions, resolve);
    return { content: JSON.stringify({ text }), mentions };
  }
  if (msgType === "post") return { content: JSON.stringify(receivePost(sent, mentions, resolve)), mentions };
  return { content: sent, mentions };
}

function keyed(text: string, mentions: Mention[], resolve: (id: string) => Actor | undefined): string {
  return text.replaceAll(AT_TAG, (_tag, id: string, name: string) => {
    if (id === "all") return "@_all";
    const actor = resolve(id);
    return actor === undefined ? `@${name}` : mentionKey(mentions, actor);
  });
}

/** The key of `actor`, adding the mention when it is a new one. */
export function mentionKey(mentions: Mention[], actor: Actor): string {
  const known = mentions.find((mention) => isSame(mention.actor, actor));
  if (known !== undefined) return known.key;
  const key = `@_user_${mentions.length + 1}`;
  mentions.push({ key, actor });
  return key;
}

function isSame(a: Actor, b: Actor): boolean {
  return a.kind === "user" ? b.kind === "user" && a.user === b.user : b.kind === "app" && a.app === b.app;
}

function receivePost(sent: string, mentions: Mention[], resolve: (id: string) => Actor | undefined): JsonRecord {
  const post = localePost(parseJson(sent));
  const content = (listAt(post, "content") ?? []).map((paragraph) =>
    (Array.isArray(paragraph) ? paragraph : []).map((element: unknown) => receiveElement(element, mentions, resolve)),
  );
  return { title: stringAt(post, "title") ?? "", content };
}

function receiveElement(element: unknown, mentions: Mention[], resolve: (id: string) => Actor | undefined): unknown {
  const tag = stringAt(element, "tag");
  if (tag === "md") return { tag: "text", text: keyed(stringAt(element, "text") ?? "", mentions, resolve), style: [] };
  if (tag !== "at") return element;
  const id = stringAt(element, "user_id") ?? "";
  const actor = id === "all" ? undefined : resolve(id);
  const userId = actor === undefined ? "@_all" : mentionKey(mentions, actor);
  return { tag, user_id: userId, user_name: actor === undefined ? stringAt(element, "user_name") : actorName(actor) };
}

/** The body of a post under its locale: Chinese, then English, then whichever is there. */
export function localePost(post: unknown): JsonRecord | undefined {
  if (!isRecord(post)) return undefined;
  return recordAt(post, "zh_cn") ?? recordAt(post, "en_us") ?? Object.values(post).find(isRecord);
}

/** The content string of events and of GET: a card arrives simplified, anything recalled is empty. */
export function receivedContent(message: Message): string {
  if (message.recalled) return "";
  return message.msgType === "interactive" ? simplifiedCard(message.content) : message.content;
}

function simplifiedCard(sent: string): string {
  const card = parseJson(sent);
  const title = stringAt(recordAt(recordAt(card, "header"), "title"), "content") ?? null;
  const lines = cardTexts(isRecord(card) ? { ...card, header: undefined } : card);
  return JSON.stringify({ title, elements: lines.map((text) => [{ tag: "text", text }]) });
}

/** Every text of a card, from top to bottom. */
function cardTexts(card: unknown): string[] {
  if (Array.isArray(card)) return card.flatMap(cardTexts);
  if (!isRecord(card)) return [];
  const { tag, content } = card;
  if (typeof content === "string" && typeof tag === "string" && CARD_TEXT_TAGS.has(tag)) return [content];
  const { header, ...rest } = card;
  return [...cardTexts(header), ...Object.values(rest).flatMap(cardTexts)];
}
const CARD_TEXT_TAGS = new Set(["markdown", "plain_text", "lark_md"]);

/** What a person reads on the screen, as one text. */
export function readable(msgType: string, content: unknown, mentions: readonly Mention[]): string {
  return withNames(plainText(msgType, content), mentions);
}

function withNames(text: string, mentions: readonly Mention[]): string {
  return text.replaceAll(MENTION_KEY, (key) => {
    if (key === "@_all") return "@all";
    const mention = mentions.find((one) => one.key === key);
    return mention === undefined ? key : `@${actorName(mention.actor)}`;
  });
}

function plainText(msgType: string, content: unknown): string {
  switch (msgType) {
    case "text":
      return stringAt(content, "text") ?? "";
    case "post":
      return postText(content);
    case "interactive":
      return cardTexts(content).join("\n");
    case "file":
    case "media":
      return `[${msgType} ${stringAt(content, "file_name") ?? ""}]`;
    default:
      return `[${msgType}]`;
  }
}

function postText(content: unknown): string {
  const title = stringAt(content, "title") ?? "";
  const paragraphs = (listAt(content, "content") ?? []).map((paragraph) =>
    (Array.isArray(paragraph) ? paragraph : []).map(elementText).join(""),
  );
  return [...(title === "" ? [] : [title]), ...paragraphs].join("\n");
}

function elementText(element: unknown): string {
  switch (stringAt(element, "tag") ?? "") {
    case "at":
      return stringAt(element, "user_id") ?? "";
    case "img":
    case "media":
      return `[${stringAt(element, "tag")}]`;
    case "hr":
      return "---";
    case "emotion":
      return `[${stringAt(element, "emoji_type")}]`;
    default:
      return stringAt(element, "text") ?? "";
  }
}
