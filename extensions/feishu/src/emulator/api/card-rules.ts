import { isRecord, listAt, parseJson, recordAt, stringAt } from "@loong/emulator-kit";
import { refuse, type Refusal } from "./answer.ts";

const MAX_ELEMENTS = 200;
/** Tags that cards of JSON 2.0 no longer know. */
const RETIRED_TAGS = new Set(["note", "action"]);
/** The line under the head of a Markdown table. */
const MARKDOWN_TABLE = /^(?:[ \t]*\|)?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?)?[ \t]*$/gm;

export interface CardLimits {
  readonly maxTables: number;
  readonly hasImage: (key: string) => boolean;
}

/**
 * What the platform checks before it makes a card.
 * @see https://open.feishu.cn/document/server-docs/im-v1/message/create (230099; read 2026-05)
 */
export function checkCard(content: string, limits: CardLimits): Refusal | undefined {
  const card = parseJson(content);
  if (!isRecord(card)) return cardRefused(200621, "parse card json err, please check whether the card json is correct");
  const tags = tagsIn(card);
  if (stringAt(card, "schema") === "2.0") {
    const retired = tags.find((tag) => RETIRED_TAGS.has(tag));
    if (retired !== undefined) {
      return cardRefused(
        200861,
        `cards of schema V2 no longer support this capability; ErrorValue: unsupported tag ${retired}`,
      );
    }
    if (listAt(recordAt(card, "body"), "elements") === undefined)
      return cardRefused(200621, "body.elements is missing");
  } else if (listAt(card, "elements") === undefined && recordAt(card, "i18n_elements") === undefined) {
    return cardRefused(200621, "elements is missing");
  }
  return checkSize(card, tags, limits) ?? checkImages(card, limits);
}

function checkSize(card: unknown, tags: readonly string[], { maxTables }: CardLimits): Refusal | undefined {
  if (tags.length > MAX_ELEMENTS) return cardRefused(11310, "element exceeds the limit");
  const written = markdownIn(card).reduce((count, text) => count + (text.match(MARKDOWN_TABLE)?.length ?? 0), 0);
  const tables = written + tags.filter((tag) => tag === "table").length;
  return tables > maxTables ? cardRefused(11310, "card table number over limit; ErrorValue: table") : undefined;
}

function checkImages(card: unknown, { hasImage }: CardLimits): Refusal | undefined {
  const missing = valuesOf(card, "img_key").find((key) => !hasImage(key));
  return missing === undefined ? undefined : cardRefused(200570, "image key is invalid; ErrorValue: img_key");
}

/** 230099 with the card builder's own code in the message, as the platform words it. */
export function cardRefused(errCode: number, message: string): Refusal {
  return refuse(230099, `Failed to create card content, ext=ErrCode: ${errCode}; ErrMsg: ${message};`);
}

/** Everything with a tag, the texts inside elements left out. */
export function tagsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(tagsIn);
  if (!isRecord(node)) return [];
  const tag = stringAt(node, "tag");
  const own = tag === undefined || tag === "plain_text" || tag === "lark_md" ? [] : [tag];
  return [...own, ...Object.values(node).flatMap(tagsIn)];
}

function markdownIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(markdownIn);
  if (!isRecord(node)) return [];
  const content = stringAt(node, "tag") === "markdown" ? stringAt(node, "content") : undefined;
  return content === undefined ? Object.values(node).flatMap(markdownIn) : [content];
}

function valuesOf(node: unknown, key: string): string[] {
  if (Array.isArray(node)) return node.flatMap((one) => valuesOf(one, key));
  if (!isRecord(node)) return [];
  const own = stringAt(node, key);
  return [...(own === undefined ? [] : [own]), ...Object.values(node).flatMap((one) => valuesOf(one, key))];
}

/** May the card be changed for everybody? Cards of JSON 2.0 may unless they say no; older ones must say yes. */
export function isShared(content: string): boolean {
  const card = parseJson(content);
  const isSharedByConfig = recordAt(card, "config")?.["update_multi"];
  return stringAt(card, "schema") === "2.0" ? isSharedByConfig !== false : isSharedByConfig === true;
}
