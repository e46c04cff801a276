import { isRecord } from "@loong/emulator-kit";

/** Every string in `value` that stands for words: the names of types, colours and links are left out. */
export function wordsIn(value: unknown, key = ""): readonly string[] {
  if (typeof value === "string") return NO_WORDS.has(key) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap((item) => wordsIn(item, key));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => wordsIn(item, name));
}
const NO_WORDS: ReadonlySet<string> = new Set([
  "tag",
  "type",
  "schema",
  "url",
  "href",
  "style",
  "template",
  "color",
  "card_type",
  "msgtype",
  "msg_type",
  "sign",
  "timestamp",
]);
